// Whom a new role trusts.
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import RadioGroup from '@cloudscape-design/components/radio-group';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import type { ApiError } from '@/kit';
import { AppLink, RefusalAlert, session, useLoad } from '@/kit';
import { iam } from '../parts/api';
import { accountNumber } from '../parts/text';
import { PolicyEditor } from '../policy/policy-editor';
import type { Trust, TrustKind } from './trust';

const KINDS: { value: TrustKind; label: string; description: string }[] = [
  { value: 'service', label: 'AWS service', description: 'Allow AWS services such as EC2 to perform actions in this account.' },
  { value: 'account', label: 'AWS account', description: 'Allow entities in this or another account to perform actions here.' },
  { value: 'web', label: 'Web identity', description: 'Allow users federated by an OpenID Connect provider to assume this role.' },
  { value: 'saml', label: 'SAML 2.0 federation', description: 'Allow users federated from a corporate directory by SAML 2.0.' },
  { value: 'custom', label: 'Custom trust policy', description: 'Write the trust policy yourself.' },
];
const SERVICES = [
  { value: 'ec2.amazonaws.com', label: 'EC2', description: 'Instances get the role by an instance profile of the same name.' },
  { value: 'rds.amazonaws.com', label: 'RDS', description: 'Databases act for you.' },
  { value: 'ecs-tasks.amazonaws.com', label: 'Elastic Container Service tasks' },
  { value: 'lambda.amazonaws.com', label: 'Lambda' },
].map((one) => ({ ...one, value: one.value, tags: [one.label] }));
const TRUST_CHARACTERS_MAX = 2048;

export interface FieldsProps { trust: Trust; change: (part: Partial<Trust>) => void; problem?: string; refused?: ApiError }

function ServiceFields({ trust, change, problem }: FieldsProps) {
  return (
    <FormField label="Service or use case" description="The principal of the service, such as ec2.amazonaws.com." errorText={problem}>
      <Autosuggest value={trust.service} options={SERVICES} enteredTextLabel={(text) => `Use: ${text}`} ariaLabel="Service or use case"
        placeholder="service.amazonaws.com" onChange={({ detail }) => change({ service: detail.value })} empty="No match" />
    </FormField>
  );
}

function AccountFields({ trust, change, problem }: FieldsProps) {
  return (
    <SpaceBetween size="m">
      <RadioGroup ariaLabel="An AWS account" value={trust.otherAccount ? 'other' : 'this'} onChange={({ detail }) => change({ otherAccount: detail.value === 'other' })}
        items={[{ value: 'this', label: `This account (${accountNumber(session().account)})` }, { value: 'other', label: 'Another AWS account' }]} />
      {trust.otherAccount && (
        <FormField label="Account ID" description="Identities of that account may use this role, when their own policies allow it.">
          <Input value={trust.account} inputMode="numeric" onChange={({ detail }) => change({ account: detail.value.replace(/\D/g, '').slice(0, 12) })} />
        </FormField>
      )}
      <Checkbox checked={trust.needsExternalId} onChange={({ detail }) => change({ needsExternalId: detail.checked })}
        description="Best practice when a third party assumes this role: it keeps others from using it through that party.">Require external ID</Checkbox>
      {trust.needsExternalId && (
        <FormField label="External ID"><Input value={trust.externalId} onChange={({ detail }) => change({ externalId: detail.value })} /></FormField>
      )}
      <Checkbox checked={trust.needsMfa} onChange={({ detail }) => change({ needsMfa: detail.checked })}
        description="Whoever assumes the role must have signed in with MFA.">Require MFA</Checkbox>
      {problem && <FormField errorText={problem}>{null}</FormField>}
    </SpaceBetween>
  );
}

const shortName = (arn: string) => arn.slice(arn.indexOf('/') + 1);

function ProviderField({ label, arns, trust, change }: { label: string; arns: string[] } & FieldsProps) {
  const options = arns.map((value) => ({ value, label: shortName(value) }));
  return (
    <FormField label={label} description={<AppLink to="/iam/providers/create">Create an identity provider</AppLink>}>
      <Select options={options} selectedOption={options.find((one) => one.value === trust.provider) ?? null} placeholder="Choose a provider"
        empty="There is no provider yet" onChange={({ detail }) => change({ provider: detail.selectedOption.value!, audience: '' })} />
    </FormField>
  );
}

function WebFields(props: FieldsProps) {
  const { trust, change, problem } = props;
  const loaded = useLoad<string[]>('oidc-arns', async (signal) =>
    ((await iam('ListOpenIDConnectProviders', {}, signal)).OpenIDConnectProviderList ?? []).map((one: { Arn: string }) => one.Arn));
  const audiences = useLoad<string[]>(`audiences ${trust.provider}`, async (signal) =>
    (await iam('GetOpenIDConnectProvider', { OpenIDConnectProviderArn: trust.provider }, signal)).ClientIDList ?? [], { enabled: trust.provider !== '' });
  const options = (audiences.data ?? []).map((value) => ({ value, label: value }));
  return (
    <SpaceBetween size="m">
      <RefusalAlert error={loaded.error ?? audiences.error} />
      <ProviderField label="Identity provider" arns={loaded.data ?? []} {...props} />
      <FormField label="Audience" errorText={problem}>
        <Select options={options} disabled={!trust.provider} selectedOption={options.find((one) => one.value === trust.audience) ?? null}
          placeholder="Choose an audience" onChange={({ detail }) => change({ audience: detail.selectedOption.value! })} />
      </FormField>
      <FormField label="Subject - optional" description="Only tokens whose sub claim matches; * and ? are wildcards."
        constraintText="For example repo:my-org/my-repo:ref:refs/heads/main">
        <Input value={trust.subject} onChange={({ detail }) => change({ subject: detail.value })} />
      </FormField>
    </SpaceBetween>
  );
}

function SamlFields(props: FieldsProps) {
  const { trust, change, problem } = props;
  const loaded = useLoad<string[]>('saml-arns', async (signal) =>
    ((await iam('ListSAMLProviders', {}, signal)).SAMLProviderList ?? []).map((one: { Arn: string }) => one.Arn));
  return (
    <SpaceBetween size="m">
      <RefusalAlert error={loaded.error} />
      <ProviderField label="SAML 2.0 provider" arns={loaded.data ?? []} {...props} />
      <RadioGroup ariaLabel="Access" value={trust.samlConsole ? 'console' : 'programmatic'} onChange={({ detail }) => change({ samlConsole: detail.value === 'console' })}
        items={[
          { value: 'programmatic', label: 'Allow programmatic access only' },
          { value: 'console', label: 'Allow programmatic and AWS Management Console access', description: 'Responses must be for https://signin.aws.amazon.com/saml.' },
        ]} />
      {problem && <FormField errorText={problem}>{null}</FormField>}
    </SpaceBetween>
  );
}

const FIELDS = { service: ServiceFields, account: AccountFields, web: WebFields, saml: SamlFields };

export function TrustFields(props: FieldsProps) {
  const { trust, change, refused } = props;
  const Fields = trust.kind === 'custom' ? undefined : FIELDS[trust.kind];
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Trusted entity type</Header>}>
        <Tiles value={trust.kind} items={KINDS} columns={3} ariaLabel="Trusted entity type"
          onChange={({ detail }) => change({ kind: detail.value as TrustKind, provider: '', audience: '' })} />
      </Container>
      <Container header={<Header variant="h2">{KINDS.find((one) => one.value === trust.kind)!.label}</Header>}>
        {Fields ? <Fields {...props} /> : (
          <PolicyEditor value={trust.text} onChange={(text) => change({ text })} kind="trust" label="Trust policy"
            charactersMax={TRUST_CHARACTERS_MAX} refused={refused} />
        )}
      </Container>
    </SpaceBetween>
  );
}
