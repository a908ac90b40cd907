// Parameter groups of clusters and of instances: lists, values, and changes of values.
import Button from '@cloudscape-design/components/button';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, ResourceTable, useQuery, type Source } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { SelectField, TextField } from '../resources/fields';
import { EditParameterLink, isDefaultGroup, useParameterChange } from '../resources/parameter-value';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { AskedTagsPanel } from '../resources/tags-panel';
import { useAll } from '../resources/use-all';
import { clusterParameterGroups, instanceParameterGroups, parameterGroupPath } from './lookups';
import type { EngineVersion, Parameter, ParameterGroup } from './types';

// How the two kinds are called by the API.
const words = {
  cluster: {
    label: 'DB cluster parameter group',
    name: 'DBClusterParameterGroupName',
    source: clusterParameterGroups,
    describe: 'DescribeDBClusterParameterGroups',
    values: 'DescribeDBClusterParameters',
    create: 'CreateDBClusterParameterGroup',
    modify: 'ModifyDBClusterParameterGroup',
    reset: 'ResetDBClusterParameterGroup',
    remove: 'DeleteDBClusterParameterGroup',
  },
  instance: {
    label: 'DB parameter group',
    name: 'DBParameterGroupName',
    source: instanceParameterGroups,
    describe: 'DescribeDBParameterGroups',
    values: 'DescribeDBParameters',
    create: 'CreateDBParameterGroup',
    modify: 'ModifyDBParameterGroup',
    reset: 'ResetDBParameterGroup',
    remove: 'DeleteDBParameterGroup',
  },
} as const;

type Kind = ParameterGroup['kind'];
const kinds = [
  { value: 'cluster', label: 'DB cluster parameter groups' },
  { value: 'instance', label: 'DB parameter groups' },
];

export function ParameterGroupList() {
  const [kind, setKind] = useState<Kind>('cluster');
  const [creating, setCreating] = useState(false);
  return (
    <>
      <ResourceTable<ParameterGroup>
        key={kind}
        name="rds-parameter-groups"
        title="Parameter groups"
        variant="full-page"
        source={words[kind].source}
        idOf={(group) => group.name}
        search={{
          placeholder: 'Filter parameter groups',
          text: (group) => `${group.name} ${group.family} ${group.description}`,
        }}
        filters={
          <Select
            selectedOption={kinds.find((one) => one.value === kind)!}
            options={kinds}
            ariaLabel="Kind of parameter group"
            onChange={(e) => setKind(e.detail.selectedOption.value as Kind)}
          />
        }
        columns={[
          {
            id: 'name',
            header: 'Name',
            isRowHeader: true,
            sort: (group) => group.name,
            width: 260,
            cell: (group) => <AppLink to={parameterGroupPath(kind, group.name)}>{group.name}</AppLink>,
          },
          { id: 'family', header: 'Family', cell: (group) => group.family, sort: (group) => group.family, width: 200 },
          { id: 'description', header: 'Description', cell: (group) => group.description, width: 340 },
        ]}
        actions={() => (
          <Button variant="primary" onClick={() => setCreating(true)}>
            Create parameter group
          </Button>
        )}
      />
      {creating && <CreateParameterGroup kind={kind} onClose={() => setCreating(false)} />}
    </>
  );
}

function CreateParameterGroup({ kind, onClose }: { kind: Kind; onClose: () => void }) {
  const navigate = useNavigate();
  const versions = useAll<EngineVersion>({
    service: 'rds',
    operation: 'DescribeDBEngineVersions',
    items: (out) => out.DBEngineVersions,
  });
  const fitting = (versions.data ?? []).filter((one) => kind === 'instance' || one.Engine?.startsWith('aurora'));
  const families = [...new Set(fitting.map((one) => one.DBParameterGroupFamily ?? ''))].filter(Boolean).sort();
  const [family, setFamily] = useState('');
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const chosen = family || families[0] || '';
  return (
    <ActionDialog
      title={`Create ${words[kind].label}`}
      submit="Create"
      success={`Parameter group ${name} was created.`}
      onClose={onClose}
      isValid={name !== '' && description !== ''}
      onDone={() => navigate(parameterGroupPath(kind, name.toLowerCase()))}
      steps={[
        {
          service: 'rds',
          operation: words[kind].create,
          input: {
            [words[kind].name]: name || 'NAME',
            DBParameterGroupFamily: chosen,
            Description: description || 'DESCRIPTION',
          },
        },
      ]}
    >
      <SelectField
        label="Parameter group family"
        value={chosen}
        options={families.map((value) => ({ value, label: value }))}
        isLoading={versions.loading}
        onChange={setFamily}
      />
      <TextField label="Parameter group name" value={name} onChange={(text) => setName(text.trim())} />
      <TextField label="Description" value={description} onChange={setDescription} />
    </ActionDialog>
  );
}

const sources = [
  { value: '', label: 'All parameters' },
  { value: 'user', label: 'Changed by users' },
  { value: 'system', label: 'Set by RDS' },
  { value: 'engine-default', label: 'Engine defaults' },
];

function Parameters({ kind, name }: { kind: Kind; name: string }) {
  const [source, setSource] = useState(sources[0]!);
  const [edited, setEdited] = useState<Parameter>();
  const list: Source<Parameter> = {
    service: 'rds',
    operation: words[kind].values,
    input: { [words[kind].name]: name, ...(source.value ? { Source: source.value } : {}) },
    items: (out) => out.Parameters,
  };
  return (
    <>
      <ResourceTable<Parameter>
        name="rds-parameters"
        title="Parameters"
        source={list}
        idOf={(one) => one.ParameterName ?? ''}
        search={{
          placeholder: 'Filter parameters',
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
            cell: (one) => one.ParameterValue ?? '-',
            sort: (one) => one.ParameterValue,
            width: 200,
          },
          { id: 'allowed', header: 'Allowed values', cell: (one) => one.AllowedValues ?? '-', width: 180 },
          { id: 'apply', header: 'Apply type', cell: (one) => one.ApplyType, sort: (one) => one.ApplyType, width: 140 },
          { id: 'source', header: 'Source', cell: (one) => one.Source, sort: (one) => one.Source, width: 150 },
          {
            id: 'edit',
            header: 'Action',
            width: 100,
            cell: (one) => <EditParameterLink group={name} parameter={one} onEdit={setEdited} />,
          },
          { id: 'description', header: 'Description', cell: (one) => one.Description, hidden: true },
          { id: 'type', header: 'Data type', cell: (one) => one.DataType, hidden: true },
        ]}
      />
      {edited && <EditParameter kind={kind} group={name} parameter={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}

function EditParameter({
  kind,
  group,
  parameter,
  onClose,
}: {
  kind: Kind;
  group: string;
  parameter: Parameter;
  onClose: () => void;
}) {
  const isStatic = parameter.ApplyType === 'static';
  const [method, setMethod] = useState(isStatic ? 'pending-reboot' : 'immediate');
  const { resets, change, fields } = useParameterChange(parameter);
  return (
    <ActionDialog
      title={parameter.ParameterName ?? ''}
      submit="Save changes"
      success={`${parameter.ParameterName} was changed.`}
      onClose={onClose}
      steps={[
        {
          service: 'rds',
          operation: resets ? words[kind].reset : words[kind].modify,
          input: { [words[kind].name]: group, Parameters: [{ ...change, ApplyMethod: method }] },
        },
      ]}
    >
      <div>{parameter.Description}</div>
      {fields}
      <SelectField
        label="Apply"
        value={method}
        onChange={setMethod}
        options={[
          { value: 'immediate', label: 'Immediately', disabled: isStatic },
          { value: 'pending-reboot', label: 'At the next reboot' },
        ]}
        hint={isStatic ? 'A static parameter is taken at a reboot.' : undefined}
      />
    </ActionDialog>
  );
}

function ParameterGroupDetail({ kind }: { kind: Kind }) {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'delete' | 'reset'>();
  const close = () => setDialog(undefined);
  const asked = useQuery('rds', words[kind].describe, { [words[kind].name]: name });
  return (
    <>
      <ResourcePage
        title={name}
        from={asked}
        pick={(out) => words[kind].source.items(out)?.[0]}
        missing="There is no such parameter group in this Region."
        actions={() => (
          <SpaceBetween size="xs" direction="horizontal">
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
          </SpaceBetween>
        )}
        summary={(group) => [
          { label: 'Type', value: words[kind].label },
          { label: 'Family', value: group.family },
          { label: 'Description', value: group.description },
          { label: 'ARN', value: <Copyable text={group.arn} /> },
        ]}
      >
        {(group) => (
          <PageTabs
            tabs={[
              { id: 'parameters', label: 'Parameters', content: <Parameters kind={kind} name={name} /> },
              { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'rds', resource: group.arn ?? '' }} /> },
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
            { service: 'rds', operation: words[kind].reset, input: { [words[kind].name]: name, ResetAllParameters: true } },
          ]}
        >
          <div>Static parameters take their default at the next reboot.</div>
        </ActionDialog>
      )}
      {dialog === 'delete' && (
        <DeleteDialog
          title={`Delete ${name}?`}
          name={name}
          success={`Parameter group ${name} was deleted.`}
          onClose={close}
          onDone={() => navigate('/rds/parameter-groups')}
          steps={[{ service: 'rds', operation: words[kind].remove, input: { [words[kind].name]: name } }]}
        />
      )}
    </>
  );
}

export const ClusterParameterGroupDetail = () => <ParameterGroupDetail kind="cluster" />;
export const InstanceParameterGroupDetail = () => <ParameterGroupDetail kind="instance" />;
