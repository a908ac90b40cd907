// Cluster snapshots: taken, restored, copied, shared, deleted.
import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, isInTransition, KeyValue, REGION_PLACES, ResourceTable, Status, Time, useQuery, useRegion } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { CheckField, LongTextField, SelectField, TextField } from '../resources/fields';
import { PageTabs, Panel, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { AskedTagsPanel } from '../resources/tags-panel';
import { useAll } from '../resources/use-all';
import { TakeSnapshot } from './database-actions';
import { engineLabel } from './engines';
import { clusterPath, clusterSource, snapshotPath } from './lookups';
import type { ClusterSnapshot } from './types';

const types = [{ value: '', label: 'All types' }, { value: 'manual', label: 'Manual' }, { value: 'automated', label: 'Automated' }, { value: 'shared', label: 'Shared with me' }];

export function SnapshotsTable({ cluster, isPage }: { cluster?: string; isPage?: boolean }) {
  const [type, setType] = useState(types[0]!);
  const [taking, setTaking] = useState(false);
  const input = compact({ DBClusterIdentifier: cluster, SnapshotType: type.value, IncludeShared: type.value === 'shared' || undefined });
  return (
    <>
      <ResourceTable<ClusterSnapshot> name="rds-snapshots" title="Snapshots" variant={isPage ? 'full-page' : 'container'}
        source={{ service: 'rds', operation: 'DescribeDBClusterSnapshots', input, items: (out) => out.DBClusterSnapshots }}
        idOf={(snapshot) => snapshot.DBClusterSnapshotArn ?? snapshot.DBClusterSnapshotIdentifier} inTransition={(snapshot) => isInTransition(snapshot.Status)}
        search={{ placeholder: 'Filter snapshots', text: (snapshot) => `${snapshot.DBClusterSnapshotIdentifier} ${snapshot.DBClusterIdentifier}` }}
        filters={<Select selectedOption={type} options={types} ariaLabel="Snapshot type"
          onChange={(e) => setType(types.find((one) => one.value === e.detail.selectedOption.value) ?? types[0]!)} />}
        selection="single" selectionLabel={(snapshot) => snapshot.DBClusterSnapshotIdentifier}
        columns={[
          { id: 'id', header: 'Snapshot', isRowHeader: true, width: 240, sort: (snapshot) => snapshot.DBClusterSnapshotIdentifier,
            cell: (snapshot) => <AppLink to={snapshotPath(snapshot.DBClusterSnapshotIdentifier)}>{snapshot.DBClusterSnapshotIdentifier}</AppLink> },
          { id: 'cluster', header: 'DB cluster', cell: (snapshot) => snapshot.DBClusterIdentifier, sort: (snapshot) => snapshot.DBClusterIdentifier, width: 170 },
          { id: 'created', header: 'Snapshot creation time', cell: (snapshot) => <Time at={snapshot.SnapshotCreateTime} />,
            sort: (snapshot) => snapshot.SnapshotCreateTime, width: 220 },
          { id: 'status', header: 'Status', cell: (snapshot) => <Status status={snapshot.Status} />, sort: (snapshot) => snapshot.Status, width: 130 },
          { id: 'type', header: 'Type', cell: (snapshot) => snapshot.SnapshotType, sort: (snapshot) => snapshot.SnapshotType, width: 110 },
          { id: 'engine', header: 'Engine', cell: (snapshot) => engineLabel(snapshot.Engine), width: 190 },
          { id: 'progress', header: 'Progress', cell: (snapshot) => `${snapshot.PercentProgress ?? 0} %`, hidden: true },
        ]}
        actions={(selected) => (
          <>
            <SnapshotActions snapshot={selected[0]} />
            <Button onClick={() => setTaking(true)}>Take snapshot</Button>
          </>
        )}
        empty={{ title: 'No snapshots', text: 'A snapshot keeps what a cluster has at one moment until you delete it.' }} />
      {taking && (cluster ? <TakeSnapshot cluster={cluster} onClose={() => setTaking(false)} /> : <TakeSnapshotOf onClose={() => setTaking(false)} />)}
    </>
  );
}

export const SnapshotList = () => <SnapshotsTable isPage />;

function TakeSnapshotOf({ onClose }: { onClose: () => void }) {
  const clusters = useAll(clusterSource);
  const [cluster, setCluster] = useState('');
  const [name, setName] = useState('');
  return (
    <ActionDialog title="Take DB cluster snapshot" submit="Take snapshot" success={`Snapshot ${name} is being taken.`} onClose={onClose}
      isValid={cluster !== '' && name !== ''} steps={[{ service: 'rds', operation: 'CreateDBClusterSnapshot',
        input: { DBClusterSnapshotIdentifier: name || 'SNAPSHOT_NAME', DBClusterIdentifier: cluster || 'CLUSTER' } }]}>
      <SelectField label="DB cluster" value={cluster} onChange={setCluster} isLoading={clusters.loading}
        options={(clusters.data ?? []).map((one) => ({ value: one.DBClusterIdentifier, description: engineLabel(one.Engine), label: one.DBClusterIdentifier }))} />
      <TextField label="Snapshot name" value={name} onChange={(text) => setName(text.trim())} />
    </ActionDialog>
  );
}

type Action = 'restore' | 'copy' | 'share' | 'delete';

function SnapshotActions({ snapshot }: { snapshot?: ClusterSnapshot }) {
  const navigate = useNavigate();
  const [action, setAction] = useState<Action>();
  const isReady = snapshot?.Status === 'available';
  const isManual = snapshot?.SnapshotType === 'manual';
  const id = snapshot?.DBClusterSnapshotIdentifier ?? '';
  const close = () => setAction(undefined);
  const manualOnly = { disabled: !isManual, disabledReason: isManual ? undefined : 'Of manual snapshots only.' };
  return (
    <>
      <ButtonDropdown disabled={!snapshot} expandToViewport items={[
        { id: 'restore', text: 'Restore snapshot', disabled: !isReady },
        { id: 'copy', text: 'Copy snapshot', disabled: !isReady },
        { id: 'share', text: 'Share snapshot', ...manualOnly },
        { id: 'delete', text: 'Delete snapshot', ...manualOnly },
      ]} onItemClick={(e) => (e.detail.id === 'restore' ? navigate(`${snapshotPath(id)}/restore`) : setAction(e.detail.id as Action))}>Actions</ButtonDropdown>
      {snapshot && action === 'copy' && <CopySnapshot snapshot={snapshot} onClose={close} />}
      {snapshot && action === 'share' && <ShareSnapshot snapshot={snapshot} onClose={close} />}
      {snapshot && action === 'delete' && (
        <DeleteDialog title={`Delete ${id}?`} name={id} success={`Snapshot ${id} was deleted.`} onClose={close} onDone={() => navigate('/rds/snapshots')}
          steps={[{ service: 'rds', operation: 'DeleteDBClusterSnapshot', input: { DBClusterSnapshotIdentifier: id } }]} />
      )}
    </>
  );
}

function CopySnapshot({ snapshot, onClose }: { snapshot: ClusterSnapshot; onClose: () => void }) {
  const region = useRegion();
  const [name, setName] = useState('');
  const [copiesTags, setCopiesTags] = useState(false);
  return (
    <ActionDialog title={`Copy ${snapshot.DBClusterSnapshotIdentifier}`} submit="Copy snapshot" success={`Snapshot ${name} is being made.`} onClose={onClose} isValid={name !== ''}
      steps={[{ service: 'rds', operation: 'CopyDBClusterSnapshot', input: compact({
        SourceDBClusterSnapshotIdentifier: snapshot.DBClusterSnapshotArn ?? snapshot.DBClusterSnapshotIdentifier,
        TargetDBClusterSnapshotIdentifier: name || 'NEW_NAME', CopyTags: copiesTags || undefined,
      }) }]}>
      <TextField label="New DB snapshot identifier" value={name} onChange={(text) => setName(text.trim())}
        hint={`In ${REGION_PLACES[region] ?? region}. To copy into another Region, change the Region above and copy by the ARN.`} />
      <CheckField label="Copy tags" checked={copiesTags} onChange={setCopiesTags} />
    </ActionDialog>
  );
}

interface Attributes {
  DBClusterSnapshotAttributesResult?: { DBClusterSnapshotAttributes?: { AttributeName?: string; AttributeValues?: string[] }[] };
}

function ShareSnapshot({ snapshot, onClose }: { snapshot: ClusterSnapshot; onClose: () => void }) {
  const id = snapshot.DBClusterSnapshotIdentifier;
  const asked = useQuery<Attributes>('rds', 'DescribeDBClusterSnapshotAttributes', { DBClusterSnapshotIdentifier: id });
  const now = asked.data?.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes?.find((one) => one.AttributeName === 'restore')?.AttributeValues ?? [];
  const [typed, setTyped] = useState<string>();
  const wanted = (typed ?? now.join('\n')).split(/[\s,]+/).filter(Boolean);
  const input = compact({
    DBClusterSnapshotIdentifier: id, AttributeName: 'restore', ValuesToAdd: wanted.filter((one) => !now.includes(one)),
    ValuesToRemove: now.filter((one) => !wanted.includes(one)),
  });
  return (
    <ActionDialog title={`Share ${id}`} submit="Save" success={`The sharing of ${id} was saved.`} onClose={onClose}
      isValid={!asked.loading && wanted.every((one) => /^(\d{12}|all)$/.test(one))}
      steps={[{ service: 'rds', operation: 'ModifyDBClusterSnapshotAttribute', input }]}>
      <LongTextField label="AWS account IDs" value={typed ?? now.join('\n')} onChange={setTyped} rows={4}
        hint="One a line. These accounts can copy and restore the snapshot. The word all makes it public." />
    </ActionDialog>
  );
}

export function SnapshotDetail() {
  const { id = '' } = useParams();
  const asked = useQuery<{ DBClusterSnapshots?: ClusterSnapshot[] }>('rds', 'DescribeDBClusterSnapshots', { DBClusterSnapshotIdentifier: id },
    { poll: (out) => isInTransition(out.DBClusterSnapshots?.[0]?.Status) });
  return (
    <ResourcePage title={id} from={asked} pick={(out) => out.DBClusterSnapshots?.[0]} missing="There is no such snapshot in this Region."
      actions={(snapshot) => <SnapshotActions snapshot={snapshot} />}
      summary={(snapshot) => [
        { label: 'Status', value: <Status status={snapshot.Status} /> },
        { label: 'DB cluster', value: snapshot.DBClusterIdentifier && <AppLink to={clusterPath(snapshot.DBClusterIdentifier)}>{snapshot.DBClusterIdentifier}</AppLink> },
        { label: 'Type', value: snapshot.SnapshotType },
        { label: 'Snapshot creation time', value: <Time at={snapshot.SnapshotCreateTime} /> },
        { label: 'Engine', value: `${engineLabel(snapshot.Engine)} ${snapshot.EngineVersion ?? ''}` },
        { label: 'Master username', value: snapshot.MasterUsername },
        { label: 'Port', value: snapshot.Port },
        { label: 'Progress', value: `${snapshot.PercentProgress ?? 0} %` },
      ]}>
      {(snapshot) => (
        <PageTabs tabs={[
          { id: 'details', label: 'Details', content: (
            <Panel title="Details">
              <SpaceBetween size="l">
                <KeyValue items={[
                  { label: 'Amazon Resource Name (ARN)', value: <Copyable text={snapshot.DBClusterSnapshotArn} /> },
                  { label: 'Copied from', value: snapshot.SourceDBClusterSnapshotArn },
                  { label: 'VPC', value: snapshot.VpcId },
                ]} />
              </SpaceBetween>
            </Panel>
          ) },
          { id: 'tags', label: 'Tags', content: <AskedTagsPanel of={{ service: 'rds', resource: snapshot.DBClusterSnapshotArn ?? '' }} /> },
        ]} />
      )}
    </ResourcePage>
  );
}
