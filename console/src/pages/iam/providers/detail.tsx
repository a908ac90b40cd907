// One identity provider.
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { Copyable, downloadText, KeyValue, LoadedPart, Time, useFlash, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { iam } from '../parts/api';
import { Page } from '../parts/page';
import { SmallTable } from '../parts/small-table';
import { TagsPanel } from '../parts/tags-panel';
import type { Tag } from '../parts/types';
import { MetadataField } from './create';
import { DeleteProvider, isSaml, providerName } from './list';

interface Saml { SAMLMetadataDocument: string; CreateDate: number; ValidUntil?: number; Tags?: Tag[] }
interface Oidc { Url: string; ClientIDList: string[]; ThumbprintList: string[]; CreateDate: number; Tags?: Tag[] }

function ReplaceMetadata({ arn, onClose }: { arn: string; onClose: () => void }) {
  const flash = useFlash();
  const [text, setText] = useState('');
  return (
    <ActionModal title="Replace metadata" submit="Replace metadata" ready={text !== ''} onClose={onClose}
      steps={[{ operation: 'UpdateSAMLProvider', input: { SAMLProviderArn: arn, SAMLMetadataDocument: text } }]} onDone={() => flash.success('Metadata replaced.')}>
      <MetadataField text={text} onChange={setText} />
    </ActionModal>
  );
}

function SamlView({ arn }: { arn: string }) {
  const [open, setOpen] = useState(false);
  const loaded = useLoad<Saml>(`saml ${arn}`, (signal) => iam('GetSAMLProvider', { SAMLProviderArn: arn }, signal), { changesOf: ['iam'] });
  return (
    <LoadedPart from={loaded}>
      {(saml) => (
        <SpaceBetween size="l">
          <Container header={
            <Header variant="h2" actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="download" onClick={() => downloadText(`${providerName(arn)}.xml`, saml.SAMLMetadataDocument, 'application/xml')}>Download metadata</Button>
                <Button onClick={() => setOpen(true)}>Replace metadata</Button>
              </SpaceBetween>
            }>Summary</Header>
          }>
            <KeyValue items={[
              { label: 'ARN', value: <Copyable text={arn} label="Copy the ARN" /> },
              { label: 'Created', value: <Time at={saml.CreateDate} /> },
              { label: 'Valid until', value: <Time at={saml.ValidUntil} /> },
            ]} />
          </Container>
          <Container header={<Header variant="h2">SAML metadata document</Header>}><pre className="kit-code" tabIndex={0}>{saml.SAMLMetadataDocument}</pre></Container>
          <TagsPanel tags={saml.Tags ?? []} tag="TagSAMLProvider" untag="UntagSAMLProvider" target={{ SAMLProviderArn: arn }} />
          {open && <ReplaceMetadata arn={arn} onClose={() => setOpen(false)} />}
        </SpaceBetween>
      )}
    </LoadedPart>
  );
}

function Audiences({ arn, ids }: { arn: string; ids: string[] }) {
  const [selected, setSelected] = useState<string[]>([]);
  const [open, setOpen] = useState<'add' | 'remove'>();
  const [text, setText] = useState('');
  return (
    <>
      <SmallTable<string> title="Audiences" items={ids} keyOf={(id) => id} select="multi" selected={selected} onSelect={setSelected}
        description="Tokens must be for one of these (aud)." empty="There is no audience: no token is taken."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={selected.length === 0} onClick={() => setOpen('remove')}>Remove</Button>
            <Button onClick={() => setOpen('add')}>Add audience</Button>
          </SpaceBetween>
        }
        columns={[{ header: 'Audience', text: (id) => id, cell: (id) => <span className="kit-wrap">{id}</span> }]} />
      {open === 'add' && (
        <ActionModal title="Add audience" submit="Add audience" ready={text !== ''} onClose={() => setOpen(undefined)} onDone={() => setText('')}
          steps={[{ operation: 'AddClientIDToOpenIDConnectProvider', input: { OpenIDConnectProviderArn: arn, ClientID: text } }]}>
          <FormField label="Audience"><Input value={text} onChange={({ detail }) => setText(detail.value)} /></FormField>
        </ActionModal>
      )}
      {open === 'remove' && (
        <ActionModal title="Remove audiences?" submit="Remove" onClose={() => setOpen(undefined)} onDone={() => setSelected([])}
          steps={selected.map((ClientID) => ({ operation: 'RemoveClientIDFromOpenIDConnectProvider', input: { OpenIDConnectProviderArn: arn, ClientID }, title: `remove ${ClientID}` }))}>
          {`Tokens for ${selected.join(', ')} are refused then.`}
        </ActionModal>
      )}
    </>
  );
}

function Thumbprints({ arn, prints, onClose }: { arn: string; prints: string[]; onClose: () => void }) {
  const [text, setText] = useState(prints.join('\n'));
  return (
    <ActionModal title="Edit thumbprints" submit="Save changes" onClose={onClose} steps={[{ operation: 'UpdateOpenIDConnectProviderThumbprint',
      input: { OpenIDConnectProviderArn: arn, ThumbprintList: text.split(/\s+/).filter(Boolean) } }]}>
      <FormField label="Thumbprints" constraintText="40 hexadecimal digits each, one a line."><Textarea rows={4} value={text} onChange={({ detail }) => setText(detail.value)} /></FormField>
    </ActionModal>
  );
}

function OidcView({ arn }: { arn: string }) {
  const [open, setOpen] = useState(false);
  const loaded = useLoad<Oidc>(`oidc ${arn}`, (signal) => iam('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: arn }, signal), { changesOf: ['iam'] });
  return (
    <LoadedPart from={loaded}>
      {(oidc) => (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2" actions={<Button onClick={() => setOpen(true)}>Edit thumbprints</Button>}>Summary</Header>}>
            <KeyValue columns={2} items={[
              { label: 'Provider URL', value: oidc.Url },
              { label: 'Created', value: <Time at={oidc.CreateDate} /> },
              { label: 'ARN', value: <Copyable text={arn} label="Copy the ARN" /> },
              { label: 'Thumbprints', value: oidc.ThumbprintList?.length ? oidc.ThumbprintList.map((one) => <div key={one} className="kit-wrap">{one}</div>) : '-' },
            ]} />
          </Container>
          <Audiences arn={arn} ids={oidc.ClientIDList ?? []} />
          <TagsPanel tags={oidc.Tags ?? []} tag="TagOpenIDConnectProvider" untag="UntagOpenIDConnectProvider" target={{ OpenIDConnectProviderArn: arn }} />
          {open && <Thumbprints arn={arn} prints={oidc.ThumbprintList ?? []} onClose={() => setOpen(false)} />}
        </SpaceBetween>
      )}
    </LoadedPart>
  );
}

export function ProviderDetail() {
  const { arn = '' } = useParams();
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  return (
    <Page title={providerName(arn)} actions={
      <SpaceBetween direction="horizontal" size="xs">
        <Button onClick={() => navigate('/iam/roles/create')}>Create role</Button>
        <Button onClick={() => setDeleting(true)}>Delete</Button>
      </SpaceBetween>
    }>
      {isSaml(arn) ? <SamlView arn={arn} /> : <OidcView arn={arn} />}
      {deleting && <DeleteProvider arn={arn} onClose={() => setDeleting(false)} onDone={() => navigate('/iam/providers')} />}
    </Page>
  );
}
