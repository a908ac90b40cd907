// Adding an identity provider.
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FileUpload from '@cloudscape-design/components/file-upload';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { TagEditor, tagsAreGood, useFlash, type Tag } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { compact, useSteps } from '../parts/api';
import { Page } from '../parts/page';
import { providerPath } from './list';

const NAME = /^[\w._-]{1,128}$/;
const METADATA_BYTES_MAX = 10_000_000;

export function MetadataField({ text, onChange, problem }: { text: string; onChange: (text: string) => void; problem?: string }) {
  const [files, setFiles] = useState<File[]>([]);
  const [failed, setFailed] = useState<string>();
  const take = async (taken: File[]) => {
    setFiles(taken);
    setFailed(undefined);
    if (taken.length === 0) return onChange('');
    if (taken[0].size > METADATA_BYTES_MAX) return setFailed('The file is too large for a metadata document.');
    onChange(await taken[0].text());
  };
  return (
    <FormField label="Metadata document" description="The XML file that your identity provider offers." errorText={failed ?? problem}>
      <FileUpload value={files} onChange={({ detail }) => void take(detail.value)} accept=".xml,application/xml,text/xml" showFileSize
        i18nStrings={{
          uploadButtonText: () => 'Choose file', dropzoneText: () => 'Drop the file here', removeFileAriaLabel: () => 'Remove the file',
          limitShowFewer: 'Show fewer', limitShowMore: 'Show more', errorIconAriaLabel: 'Error',
        }}
        constraintText={text && files.length ? `${text.length.toLocaleString('en-US')} characters read` : 'An XML document with the EntityDescriptor of the provider.'} />
    </FormField>
  );
}

export function CreateProvider() {
  const navigate = useNavigate();
  const flash = useFlash();
  const running = useSteps();
  const [type, setType] = useState('saml');
  const [name, setName] = useState('');
  const [metadata, setMetadata] = useState('');
  const [url, setUrl] = useState('https://');
  const [audience, setAudience] = useState('');
  const [thumbprints, setThumbprints] = useState('');
  const [tags, setTags] = useState<Tag[]>([]);
  const [tried, setTried] = useState(false);
  const saml = type === 'saml';
  const problems = saml
    ? { name: NAME.test(name) ? undefined : 'Enter a name of letters, digits and ._- .', metadata: metadata ? undefined : 'Choose the metadata document.' }
    : { url: /^https?:\/\/[^/?#]+/.test(url) ? undefined : 'Enter the URL of the provider.', audience: audience ? undefined : 'Enter an audience.' };
  const steps = [saml
    ? { operation: 'CreateSAMLProvider', input: compact({ Name: name, SAMLMetadataDocument: metadata, Tags: tags }) }
    : { operation: 'CreateOpenIDConnectProvider', input: compact({ Url: url, ClientIDList: [audience],
      ThumbprintList: thumbprints.split(/\s+/).filter(Boolean), Tags: tags }) }];
  const submit = async () => {
    setTried(true);
    if (Object.values(problems).some(Boolean) || !tagsAreGood(tags)) return;
    const results = await running.run(steps);
    if (!results) return;
    flash.success('Identity provider added.');
    navigate(providerPath(results[0].SAMLProviderArn ?? results[0].OpenIDConnectProviderArn));
  };
  const said = tried ? problems as Record<string, string | undefined> : {};
  return (
    <Page title="Add an identity provider">
      <Form actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={() => navigate('/iam/providers')}>Cancel</Button>
          <Button variant="primary" loading={running.pending} onClick={submit}>Add provider</Button>
        </SpaceBetween>
      }>
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Provider details</Header>}>
            <SpaceBetween size="m">
              <FormField label="Provider type">
                <Tiles value={type} onChange={({ detail }) => setType(detail.value)} items={[
                  { value: 'saml', label: 'SAML', description: 'Trust between your AWS account and a SAML 2.0 provider, such as Shibboleth or AD FS.' },
                  { value: 'oidc', label: 'OpenID Connect', description: 'Trust between your AWS account and an OpenID Connect provider, such as GitHub or Google.' },
                ]} />
              </FormField>
              {saml ? (
                <>
                  <FormField label="Provider name" constraintText="At most 128 characters: letters, digits and ._-" errorText={said.name}>
                    <Input value={name} onChange={({ detail }) => setName(detail.value)} />
                  </FormField>
                  <MetadataField text={metadata} onChange={setMetadata} problem={said.metadata} />
                </>
              ) : (
                <>
                  <FormField label="Provider URL" description="The issuer of the tokens (iss), without query or fragment." errorText={said.url}>
                    <Input value={url} inputMode="url" onChange={({ detail }) => setUrl(detail.value)} />
                  </FormField>
                  <FormField label="Audience" description="The client ID that the provider issued for your application (aud); for GitHub: sts.amazonaws.com" errorText={said.audience}>
                    <Input value={audience} onChange={({ detail }) => setAudience(detail.value)} />
                  </FormField>
                  <FormField label="Thumbprints - optional" constraintText="SHA-1 of the certificate that issued the provider's, 40 hexadecimal digits, one a line.">
                    <Textarea rows={2} value={thumbprints} onChange={({ detail }) => setThumbprints(detail.value)} />
                  </FormField>
                </>
              )}
            </SpaceBetween>
          </Container>
          <Container header={<Header variant="h2">Tags - <i>optional</i></Header>}><TagEditor tags={tags} onChange={setTags} /></Container>
          <StepsRefusal running={running} />
          <StepsCli steps={steps} />
        </SpaceBetween>
      </Form>
    </Page>
  );
}
