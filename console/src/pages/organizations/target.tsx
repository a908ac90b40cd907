// An account or organizational unit: what it is, the policies that hold there, and its tags.
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useParams } from 'react-router-dom';
import { AppLink, Copyable, KeyValue, LoadedPart, Status, Time, useLoad } from '@/kit';
import { organizations } from '../iam/parts/api';
import { Page } from '../iam/parts/page';
import { PageTabs } from '../iam/parts/tabs';
import { TagsPanel } from '../iam/parts/tags-panel';
import { list, stateOf, tagsOf, type Account, type Root, type Unit } from './data';
import { InOrganization } from './in-organization';
import { TargetPolicies } from './target-policies';

function TargetTags({ id }: { id: string }) {
  const loaded = useLoad(`tags ${id}`, (signal) => tagsOf(id, signal), { changesOf: ['organizations'] });
  return (
    <LoadedPart from={loaded}>
      {(tags) => <TagsPanel tags={tags} service="organizations" tag="TagResource" untag="UntagResource" target={{ ResourceId: id }} />}
    </LoadedPart>
  );
}

const tabs = (id: string) => [
  { id: 'policies', label: 'Policies', content: () => <TargetPolicies id={id} /> },
  { id: 'tags', label: 'Tags', content: () => <TargetTags id={id} /> },
];

function parentPath(id: string): string {
  return `/organizations/units/${id}`;
}

function AccountView({ id }: { id: string }) {
  const loaded = useLoad(`account ${id}`, async (signal) => {
    const [account, parents] = await Promise.all([
      organizations<{ Account: Account }>('DescribeAccount', { AccountId: id }, signal),
      list<{ Id: string }>('ListParents', 'Parents', { ChildId: id }, signal),
    ]);
    return { account: account.Account, parent: parents[0]?.Id };
  }, { changesOf: ['organizations'] });
  return (
    <LoadedPart from={loaded}>
      {({ account, parent }) => (
        <Page title={account.Name}>
          <Container header={<Header variant="h2">Account details</Header>}>
            <KeyValue items={[
              { label: 'Account ID', value: <Copyable text={account.Id} label="Copy the account ID" /> },
              { label: 'E-mail', value: account.Email },
              { label: 'Status', value: <Status status={stateOf(account)} /> },
              { label: 'Joined', value: <><Time at={account.JoinedTimestamp} /> ({account.JoinedMethod.toLowerCase()})</> },
              { label: 'Parent', value: parent && <AppLink to={parentPath(parent)}>{parent}</AppLink> },
              { label: 'ARN', value: <Copyable text={account.Arn} label="Copy the ARN" /> },
            ]} />
          </Container>
          <PageTabs label={`Details of ${account.Name}`} tabs={tabs(id)} />
        </Page>
      )}
    </LoadedPart>
  );
}

function UnitView({ id }: { id: string }) {
  const loaded = useLoad<Unit | Root>(`unit ${id}`, async (signal) => (id.startsWith('r-')
    ? (await list<Root>('ListRoots', 'Roots', {}, signal))[0]
    : (await organizations('DescribeOrganizationalUnit', { OrganizationalUnitId: id }, signal)).OrganizationalUnit), { changesOf: ['organizations'] });
  return (
    <LoadedPart from={loaded}>
      {(unit) => (
        <Page title={unit.Name}>
          <Container header={<Header variant="h2">{id.startsWith('r-') ? 'Root' : 'Organizational unit'}</Header>}>
            <KeyValue columns={2} items={[
              { label: 'ID', value: <Copyable text={unit.Id} label="Copy the ID" /> },
              { label: 'ARN', value: <Copyable text={unit.Arn} label="Copy the ARN" /> },
            ]} />
          </Container>
          <PageTabs label={`Details of ${unit.Name}`} tabs={tabs(id)} />
        </Page>
      )}
    </LoadedPart>
  );
}

export function AccountDetail() {
  const { id = '' } = useParams();
  return <InOrganization>{() => <AccountView id={id} />}</InOrganization>;
}

export function UnitDetail() {
  const { id = '' } = useParams();
  return <InOrganization>{() => <UnitView id={id} />}</InOrganization>;
}
