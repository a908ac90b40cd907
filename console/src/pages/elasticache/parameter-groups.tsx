import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, ResourceTable, useQuery } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { SelectField, TextField } from '../resources/fields';
import { EditParameterLink, isDefaultGroup, useParameterChange } from '../resources/parameter-value';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { AskedTagsPanel } from '../resources/tags-panel';
import { parameterGroupPath, useEngineVersions } from './lookups';
import type { Parameter, ParameterGroup } from './types';


export function ParameterGroupList() {
  const [creating, setCreating] = useState(false);
  return (
    <>
      <ResourceTable<ParameterGroup>
        name="elasticache-parameter-groups"
        title="Parameter groups"
        variant="full-page"
        idOf={(group) => group.CacheParameterGroupName}
        source={{ service: 'elasticache', operation: 'DescribeCacheParameterGroups', items: (out) => out.CacheParameterGroups }}
        search={{
          placeholder: 'Find parameter groups',
          text: (group) => `${group.CacheParameterGroupName} ${group.CacheParameterGroupFamily} ${group.Description}`,
        }}
        columns={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            sort: (group) => group.CacheParameterGroupName,
            width: 260,
            cell: (group) => (
              <AppLink to={parameterGroupPath(group.CacheParameterGroupName)}>{group.CacheParameterGroupName}</AppLink>
            ),
          },
          {
            id: 'family',
            header: 'Family',
            cell: (group) => group.CacheParameterGroupFamily,
            sort: (group) => group.CacheParameterGroupFamily,
            width: 180,
          },
          { id: 'description', header: 'Description', cell: (group) => group.Description, width: 360 },
        ]}
        actions={() => (
          <Button variant="primary" onClick={() => setCreating(true)}>
            Create parameter group
          </Button>
        )}
      />
      {creating && <CreateGroup onClose={() => setCreating(false)} />}
    </>
  );
}

function CreateGroup({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const versions = useEngineVersions();
  const families = [...new Set((versions.data ?? []).map((one) => one.CacheParameterGroupFamily ?? ''))].filter(Boolean).sort();
  const [family, setFamily] = useState('');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const chosen = family || families[0] || '';
  return (
    <ActionDialog
      title="Create parameter group"
      submit="Create"
      success={`Parameter group ${name} was created.`}
      onClose={onClose}
      isValid={name !== '' && description !== ''}
      onDone={() => navigate(parameterGroupPath(name.toLowerCase()))}
      steps={[
        {
          service: 'elasticache',
          operation: 'CreateCacheParameterGroup',
          input: {
            CacheParameterGroupName: name || 'NAME',
            CacheParameterGroupFamily: chosen,
            Description: description || 'DESCRIPTION',
          },
        },
      ]}
    >
      <SelectField
        label="Family"
        value={chosen}
        options={families.map((value) => ({ value, label: value }))}
        isLoading={versions.loading}
        onChange={setFamily}
      />
      <TextField label="Name" value={name} onChange={(text) => setName(text.trim())} />
      <TextField label="Description" value={description} onChange={setDescription} />
    </ActionDialog>
  );
}

const sources = [
  { value: '', label: 'All parameters' },
  { value: 'user', label: 'Changed by users' },
  { value: 'system', label: 'Defaults' },
];

function Parameters({ name }: { name: string }) {
  const [source, setSource] = useState(sources[0]!);
  const [edited, setEdited] = useState<Parameter>();
  return (
    <>
      <ResourceTable<Parameter>
        name="elasticache-parameters"
        title="Parameters"
        idOf={(one) => one.ParameterName ?? ''}
        source={{
          service: 'elasticache',
          operation: 'DescribeCacheParameters',
          items: (out) => out.Parameters,
          input: { CacheParameterGroupName: name, ...(source.value ? { Source: source.value } : {}) },
        }}
        search={{
          placeholder: 'Find parameters',
          text: (one) => `${one.ParameterName} ${one.ParameterValue ?? ''} ${one.Description ?? ''}`,
        }}
        filters={
          <Select
            selectedOption={source}
            options={sources}
            ariaLabel="Source of the values"
            onChange={(e) => setSource(sources.find((one) => one.value === e.detail.selectedOption.value) ?? sources[0]!)}
          />
        }
        columns={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            cell: (one) => one.ParameterName,
            sort: (one) => one.ParameterName,
            width: 280,
          },
          {
            id: 'value',
            header: 'Value',
            cell: (one) => one.ParameterValue || '-',
            sort: (one) => one.ParameterValue,
            width: 200,
          },
          { id: 'allowed', header: 'Allowed values', cell: (one) => one.AllowedValues ?? '-', width: 200 },
          { id: 'change', header: 'Takes effect', cell: (one) => one.ChangeType ?? '-', width: 150 },
          {
            id: 'edit',
            header: 'Action',
            width: 100,
            cell: (one) => <EditParameterLink group={name} parameter={one} onEdit={setEdited} />,
          },
          { id: 'description', header: 'Description', cell: (one) => one.Description, hidden: true },
        ]}
      />
      {edited && <EditParameter group={name} parameter={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

function EditParameter({ group, parameter, onClose }: { group: string; parameter: Parameter; onClose: () => void }) {
  const { resets, change, fields } = useParameterChange(parameter);
  return (
    <ActionDialog
      title={parameter.ParameterName ?? ''}
      submit="Save changes"
      success={`${parameter.ParameterName} was changed.`}
      onClose={onClose}
      steps={[
        {
          service: 'elasticache',
          operation: resets ? 'ResetCacheParameterGroup' : 'ModifyCacheParameterGroup',
          input: { CacheParameterGroupName: group, ParameterNameValues: [change] },
        },
      ]}
    >
      <div>{parameter.Description}</div>
      {fields}
    </ActionDialog>
  );
}

export function ParameterGroupDetail() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'reset' | 'delete'>();
  const close = () => setDialog(undefined);
  const asked = useQuery<{ CacheParameterGroups?: ParameterGroup[] }>('elasticache', 'DescribeCacheParameterGroups', {
    CacheParameterGroupName: name,
  });
  return (
    <>
      <ResourcePage
        title={name}
        from={asked}
        pick={(out) => out.CacheParameterGroups?.[0]}
        missing="There is no such parameter group in this Region."
        actions={() => (
          <>
            <Button disabled={isDefaultGroup(name)} onClick={() => setDialog('reset')}>
              Reset all
            </Button>
            <Button
              disabled={isDefaultGroup(name)}
              disabledReason="Default groups cannot be deleted."
              onClick={() => setDialog('delete')}
            >
              Delete
            </Button>
          </>
        )}
        summary={(group) => [
          { label: 'Family', value: group.CacheParameterGroupFamily },
          { label: 'Description', value: group.Description },
          { label: 'ARN', value: <Copyable text={group.ARN} /> },
        ]}
      >
        {(group) => (
          <PageTabs
            tabs={[
              { id: 'parameters', label: 'Parameters', content: <Parameters name={name} /> },
              {
                id: 'tags',
                label: 'Tags',
                content: <AskedTagsPanel of={{ service: 'elasticache', resource: group.ARN ?? '' }} />,
              },
            ]}
          />
        )}
      </ResourcePage>
      {dialog === 'reset' && (
        <ActionDialog
          title={`Reset all parameters of ${name}?`}
          submit="Reset all"
          success="All parameters were reset."
          onClose={close}
          steps={[
            {
              service: 'elasticache',
              operation: 'ResetCacheParameterGroup',
              input: { CacheParameterGroupName: name, ResetAllParameters: true },
            },
          ]}
        />
      )}
      {dialog === 'delete' && (
        <DeleteDialog
          title={`Delete ${name}?`}
          name={name}
          success={`Parameter group ${name} was deleted.`}
          onClose={close}
          onDone={() => navigate('/elasticache/parameter-groups')}
          steps={[{ service: 'elasticache', operation: 'DeleteCacheParameterGroup', input: { CacheParameterGroupName: name } }]}
        />
      )}
    </>
  );
}
