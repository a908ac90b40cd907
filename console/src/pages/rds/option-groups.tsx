import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { ResourceTable } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { SelectField, TextField } from '../resources/fields';
import { engineKinds, engineLabel } from './engines';
import { useEngineVersions } from './lookups';

interface OptionGroup {
  OptionGroupName?: string;
  OptionGroupDescription?: string;
  EngineName?: string;
  MajorEngineVersion?: string;
  Options?: unknown[];
  OptionGroupArn?: string;
}

export function OptionGroupList() {
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<OptionGroup>();
  return (
    <>
      <ResourceTable<OptionGroup> name="rds-option-groups" title="Option groups" variant="full-page"
        source={{ service: 'rds', operation: 'DescribeOptionGroups', items: (out) => out.OptionGroupsList }} idOf={(group) => group.OptionGroupName ?? ''}
        search={{ placeholder: 'Filter option groups', text: (group) => `${group.OptionGroupName} ${group.EngineName}` }}
        selection="single" selectionLabel={(group) => group.OptionGroupName ?? ''}
        columns={[
          { id: 'name', header: 'Name', isRowHeader: true, cell: (group) => group.OptionGroupName, sort: (group) => group.OptionGroupName, width: 260 },
          { id: 'description', header: 'Description', cell: (group) => group.OptionGroupDescription, width: 300 },
          { id: 'engine', header: 'Engine', cell: (group) => engineLabel(group.EngineName), sort: (group) => group.EngineName, width: 200 },
          { id: 'version', header: 'Major engine version', cell: (group) => group.MajorEngineVersion, width: 180 },
          { id: 'options', header: 'Options', cell: (group) => group.Options?.length ?? 0, width: 110 },
        ]}
        actions={([group]) => (
          <>
            <Button disabled={!group || group.OptionGroupName?.startsWith('default:')} onClick={() => setDeleting(group)}>Delete</Button>
            <Button variant="primary" onClick={() => setCreating(true)}>Create group</Button>
          </>
        )}
        empty={{ title: 'No option groups' }} />
      {creating && <CreateOptionGroup onClose={() => setCreating(false)} />}
      {deleting && (
        <DeleteDialog title={`Delete ${deleting.OptionGroupName}?`} name={deleting.OptionGroupName ?? ''} success="The option group was deleted." onClose={() => setDeleting(undefined)}
          steps={[{ service: 'rds', operation: 'DeleteOptionGroup', input: { OptionGroupName: deleting.OptionGroupName } }]} />
      )}
    </>
  );
}

function majorOf(engine: string, version: string): string {
  const parts = version.split('.');
  return engine.includes('postgres') ? parts[0] ?? '' : parts.slice(0, 2).join('.');
}

function CreateOptionGroup({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [engine, setEngine] = useState('postgres');
  const [major, setMajor] = useState('');
  const versions = useEngineVersions(engine);
  const majors = [...new Set((versions.data ?? []).map((one) => majorOf(engine, one.EngineVersion ?? '')))].sort();
  const chosen = major || majors[0] || '';
  return (
    <ActionDialog title="Create option group" submit="Create" success={`Option group ${name} was created.`} onClose={onClose} isValid={name !== '' && description !== ''}
      steps={[{ service: 'rds', operation: 'CreateOptionGroup', input: {
        OptionGroupName: name || 'NAME', EngineName: engine, MajorEngineVersion: chosen, OptionGroupDescription: description || 'DESCRIPTION' } }]}>
      <TextField label="Name" value={name} onChange={(text) => setName(text.trim())} />
      <TextField label="Description" value={description} onChange={setDescription} />
      <SelectField label="Engine" value={engine} onChange={(next) => { setEngine(next); setMajor(''); }}
        options={engineKinds.map((kind) => ({ value: kind.engine, label: kind.label }))} />
      <SelectField label="Major engine version" value={chosen} options={majors.map((value) => ({ value, label: value }))} isLoading={versions.loading} onChange={setMajor} />
    </ActionDialog>
  );
}
