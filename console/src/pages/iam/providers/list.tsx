// Identity providers: SAML and OpenID Connect.
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { announceChange, AppLink, call, ConfirmDelete, Time, useFlash, useLoad } from '@/kit';
import { StepsCli } from '../parts/action-modal';
import { iam, type Step } from '../parts/api';
import { Page } from '../parts/page';
import { SmallTable } from '../parts/small-table';

export interface Provider { arn: string; name: string; type: 'SAML' | 'OpenID Connect'; created?: number; validUntil?: number }

export const providerPath = (arn: string) => `/iam/providers/details/${encodeURIComponent(arn)}`;
export const isSaml = (arn: string) => arn.includes(':saml-provider/');
export const providerName = (arn: string) => arn.slice(arn.indexOf('/') + 1);

export function deleteProviderStep(arn: string): Step {
  return isSaml(arn) ? { operation: 'DeleteSAMLProvider', input: { SAMLProviderArn: arn } }
    : { operation: 'DeleteOpenIDConnectProvider', input: { OpenIDConnectProviderArn: arn } };
}

async function providers(signal: AbortSignal): Promise<Provider[]> {
  const [saml, oidc] = await Promise.all([iam('ListSAMLProviders', {}, signal), iam('ListOpenIDConnectProviders', {}, signal)]);
  return [
    ...(saml.SAMLProviderList ?? []).map((one: { Arn: string; CreateDate: number; ValidUntil?: number }): Provider =>
      ({ arn: one.Arn, name: providerName(one.Arn), type: 'SAML', created: one.CreateDate, validUntil: one.ValidUntil })),
    ...(oidc.OpenIDConnectProviderList ?? []).map((one: { Arn: string }): Provider =>
      ({ arn: one.Arn, name: providerName(one.Arn), type: 'OpenID Connect' })),
  ];
}

export function DeleteProvider({ arn, onClose, onDone }: { arn: string; onClose: () => void; onDone: () => void }) {
  const flash = useFlash();
  const step = deleteProviderStep(arn);
  return (
    <ConfirmDelete visible title={`Delete ${providerName(arn)}?`} typed={providerName(arn)} button="Delete provider" onClose={onClose}
      warning="Roles that trust this provider stay, but nobody can assume them through it any more."
      onDelete={async () => {
        await call('iam', step.operation, step.input);
        announceChange('iam');
        flash.success(`Provider ${providerName(arn)} deleted.`);
        onDone();
      }} cli={<StepsCli steps={[step]} />} />
  );
}

export function Providers() {
  const navigate = useNavigate();
  const [selected, setSelected] = useState<Provider[]>([]);
  const [deleting, setDeleting] = useState<string>();
  const loaded = useLoad<Provider[]>('providers', providers, { changesOf: ['iam'] });
  return (
    <Page title="Identity providers" description="Use an identity provider to manage users outside of AWS, and give them permissions by roles.">
      <SmallTable<Provider> title="Providers" items={loaded.data} error={loaded.error} onRetry={loaded.refresh} keyOf={(one) => one.arn} nameOf={(one) => one.name}
        select="single" selected={selected} onSelect={setSelected} filter="Search providers"
        empty={<><b>No identity providers</b><br />Add one, and create a role for its users.</>}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected[0]} onClick={() => setDeleting(selected[0].arn)}>Delete</Button>
            <Button variant="primary" onClick={() => navigate('/iam/providers/create')}>Add provider</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Provider', text: (one) => one.name, cell: (one) => <AppLink to={providerPath(one.arn)}>{one.name}</AppLink> },
          { header: 'Type', text: (one) => one.type, cell: (one) => one.type },
          { header: 'Created', text: (one) => one.created ?? 0, cell: (one) => <Time at={one.created} relative /> },
          { header: 'Valid until', text: (one) => one.validUntil ?? 0, cell: (one) => <Time at={one.validUntil} /> },
        ]} />
      {deleting && <DeleteProvider arn={deleting} onClose={() => setDeleting(undefined)} onDone={() => setSelected([])} />}
    </Page>
  );
}
