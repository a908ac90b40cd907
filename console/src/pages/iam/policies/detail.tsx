// One managed policy.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { Copyable, KeyValue, LoadedPart, Time, useLoad } from '@/kit';
import { ActionModal } from '../parts/action-modal';
import { everything, iam } from '../parts/api';
import { isAwsManaged } from '../parts/entity';
import { Page } from '../parts/page';
import { DocumentView } from '../parts/permissions';
import { typeName } from '../parts/policy-picker';
import { SmallTable } from '../parts/small-table';
import { PageTabs } from '../parts/tabs';
import { TagsPanel } from '../parts/tags-panel';
import { prettyDocument } from '../parts/text';
import type { Policy, PolicyVersion } from '../parts/types';
import { DeletePolicy } from './delete';
import { Entities } from './entities';

function useDocument(policyArn: string, version: string) {
  return useLoad<string>(`version ${policyArn} ${version}`, async (signal) =>
    prettyDocument((await iam('GetPolicyVersion', { PolicyArn: policyArn, VersionId: version }, signal)).PolicyVersion.Document));
}

function PermissionsTab({ policy }: { policy: Policy }) {
  const navigate = useNavigate();
  const loaded = useDocument(policy.Arn, policy.DefaultVersionId);
  return (
    <Container header={
      <Header variant="h2" description={`Version ${policy.DefaultVersionId}, the default, is in force.`}
        actions={!isAwsManaged(policy.Arn) && <Button onClick={() => navigate(`/iam/policies/edit/${encodeURIComponent(policy.Arn)}`)}>Edit</Button>}>
        Permissions defined in this policy
      </Header>
    }>
      <LoadedPart from={loaded}>{(text) => <DocumentView text={text} />}</LoadedPart>
    </Container>
  );
}

function Versions({ policy }: { policy: Policy }) {
  const [selected, setSelected] = useState<PolicyVersion[]>([]);
  const [open, setOpen] = useState<'default' | 'delete'>();
  const [version] = selected;
  const loaded = useLoad<PolicyVersion[]>(`versions ${policy.Arn}`,
    (signal) => everything('iam', 'ListPolicyVersions', 'Versions', { PolicyArn: policy.Arn }, signal), { changesOf: ['iam'] });
  const input = { PolicyArn: policy.Arn, VersionId: version?.VersionId };
  const own = !isAwsManaged(policy.Arn);
  return (
    <SpaceBetween size="l">
      <SmallTable<PolicyVersion> title="Policy versions" items={loaded.data} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(one) => one.VersionId} select="single" selected={selected} onSelect={setSelected}
        description="A policy has at most five versions. Each edit makes one."
        actions={own && (
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!version || version.IsDefaultVersion} onClick={() => setOpen('delete')}>Delete</Button>
            <Button disabled={!version || version.IsDefaultVersion} onClick={() => setOpen('default')}>Set as default</Button>
          </SpaceBetween>
        )}
        columns={[
          { header: 'Version', text: (one) => Number(one.VersionId.slice(1)), cell: (one) => `${one.VersionId}${one.IsDefaultVersion ? ' (Default)' : ''}` },
          { header: 'Created', text: (one) => one.CreateDate, cell: (one) => <Time at={one.CreateDate} /> },
        ]} />
      {version && <VersionDocument arn={policy.Arn} version={version.VersionId} />}
      {open === 'default' && (
        <ActionModal title={`Set ${version.VersionId} as default?`} submit="Set as default" steps={[{ operation: 'SetDefaultPolicyVersion', input }]}
          onClose={() => setOpen(undefined)} onDone={() => setSelected([])}>
          <Box>It is in force at once, for everybody whom the policy is attached to.</Box>
        </ActionModal>
      )}
      {open === 'delete' && (
        <ActionModal title={`Delete ${version.VersionId}?`} submit="Delete" steps={[{ operation: 'DeletePolicyVersion', input }]}
          onClose={() => setOpen(undefined)} onDone={() => setSelected([])}><Box>The version cannot be restored.</Box></ActionModal>
      )}
    </SpaceBetween>
  );
}

function VersionDocument({ arn, version }: { arn: string; version: string }) {
  const loaded = useDocument(arn, version);
  return (
    <Container header={<Header variant="h2">{`Version ${version}`}</Header>}>
      <LoadedPart from={loaded}>{(text) => <DocumentView text={text} />}</LoadedPart>
    </Container>
  );
}

function PolicyView({ policy }: { policy: Policy }) {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState(false);
  const own = !isAwsManaged(policy.Arn);
  return (
    <Page title={policy.PolicyName} description={policy.Description} actions={own && <Button onClick={() => setDeleting(true)}>Delete</Button>}>
      <Container header={<Header variant="h2">Policy details</Header>}>
        <KeyValue columns={4} items={[
          { label: 'Type', value: typeName(policy) },
          { label: 'Created', value: <Time at={policy.CreateDate} /> },
          { label: 'Edited', value: <Time at={policy.UpdateDate} /> },
          { label: 'ARN', value: <Copyable text={policy.Arn} label="Copy the ARN" /> },
        ]} />
      </Container>
      <PageTabs label={`Details of ${policy.PolicyName}`} tabs={[
        { id: 'permissions', label: 'Permissions', content: () => <PermissionsTab policy={policy} /> },
        { id: 'entities', label: 'Entities attached', content: () => <Entities policy={policy} /> },
        ...(own ? [{ id: 'tags', label: 'Tags',
          content: () => <TagsPanel tags={policy.Tags ?? []} tag="TagPolicy" untag="UntagPolicy" target={{ PolicyArn: policy.Arn }} /> }] : []),
        { id: 'versions', label: 'Policy versions', content: () => <Versions policy={policy} /> },
      ]} />
      {deleting && <DeletePolicy policy={policy} onClose={() => setDeleting(false)} onDone={() => navigate('/iam/policies')} />}
    </Page>
  );
}

export function PolicyDetail() {
  const { arn = '' } = useParams();
  const loaded = useLoad<Policy>(`policy ${arn}`, async (signal) => (await iam('GetPolicy', { PolicyArn: arn }, signal)).Policy, { changesOf: ['iam'] });
  return <LoadedPart from={loaded}>{(policy) => <PolicyView policy={policy} />}</LoadedPart>;
}
