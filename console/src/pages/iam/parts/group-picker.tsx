// Choosing groups, with a way to make one on the spot.
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { Time, useFlash, useLoad } from '@/kit';
import { ActionModal } from './action-modal';
import { everything, iam } from './api';
import { attachSteps } from './entity';
import { Lazy } from './lazy';
import { PolicyPicker } from './policy-picker';
import { SmallTable } from './small-table';
import type { AttachedPolicy, Group } from './types';

const NAME = /^[\w+=,.@-]{1,128}$/;

export function CreateGroupModal({ onClose, onMade }: { onClose: () => void; onMade: (name: string) => void }) {
  const flash = useFlash();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [policies, setPolicies] = useState<AttachedPolicy[]>([]);
  const problem = NAME.test(name) ? undefined : 'Enter a name of letters, digits and +=,.@_- .';
  return (
    <ActionModal title="Create user group" submit="Create user group" size="max" onClose={onClose}
      onTry={() => { setTried(true); return !problem; }}
      steps={[{ operation: 'CreateGroup', input: { GroupName: name }, title: `create ${name}` }, ...attachSteps({ kind: 'Group', name }, policies)]}
      onDone={() => { flash.success(`${name} user group created.`); onMade(name); }}>
      <FormField label="User group name" errorText={tried ? problem : undefined} description="Enter a meaningful name to identify this group."
        constraintText="Letters, digits and +=,.@_- ; at most 128 characters.">
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <PolicyPicker selected={policies} onSelect={setPolicies} />
    </ActionModal>
  );
}

const Policies = ({ group }: { group: string }) => (
  <Lazy<AttachedPolicy[]> id={`policies-of-group ${group}`}
    load={async (signal) => (await iam('ListAttachedGroupPolicies', { GroupName: group }, signal)).AttachedPolicies ?? []}>
    {(policies) => <>{policies.map((policy) => policy.PolicyName).join(', ') || '-'}</>}
  </Lazy>
);

export interface GroupPickerProps {
  selected: string[];
  onSelect: (names: string[]) => void;
  exclude?: string[];
}

export function GroupPicker({ selected, onSelect, exclude = [] }: GroupPickerProps) {
  const [creating, setCreating] = useState(false);
  const loaded = useLoad<Group[]>('iam-groups', (signal) => everything('iam', 'ListGroups', 'Groups', {}, signal), { changesOf: ['iam'] });
  const items = loaded.data?.filter((group) => !exclude.includes(group.GroupName));
  return (
    <>
      <SmallTable<Group> title="User groups" items={items} error={loaded.error} onRetry={loaded.refresh} variant="embedded"
        keyOf={(group) => group.GroupName} select="multi" filter="Search groups"
        selected={(items ?? []).filter((group) => selected.includes(group.GroupName))}
        onSelect={(groups) => onSelect(groups.map((group) => group.GroupName))}
        empty={<><b>No groups</b><br />Create a group, and give it the policies that its users need.</>}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Refresh user groups" loading={loaded.refreshing} onClick={loaded.refresh} />
            <Button onClick={() => setCreating(true)}>Create group</Button>
          </SpaceBetween>
        }
        columns={[
          { header: 'Group name', text: (group) => group.GroupName, cell: (group) => group.GroupName },
          { header: 'Attached policies', cell: (group) => <Policies group={group.GroupName} /> },
          { header: 'Created', text: (group) => group.CreateDate, cell: (group) => <Time at={group.CreateDate} relative /> },
        ]} />
      {creating && <CreateGroupModal onClose={() => setCreating(false)} onMade={(name) => onSelect([...selected, name])} />}
    </>
  );
}
