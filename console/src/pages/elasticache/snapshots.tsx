// Backups of caches.
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { isInTransition, ResourceTable, Status, Time } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { TextField } from '../resources/fields';
import { engineLabel } from './lookups';
import type { Snapshot } from './types';

const sizeOf = (snapshot: Snapshot) => snapshot.NodeSnapshots?.[0]?.CacheSize;
const timeOf = (snapshot: Snapshot) => snapshot.NodeSnapshots?.[0]?.SnapshotCreateTime;
const sourceOf = (snapshot: Snapshot) => snapshot.ReplicationGroupId ?? snapshot.CacheClusterId;

export function SnapshotsTable({ filter, isPage }: { filter?: Record<string, string>; isPage?: boolean }) {
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<{ kind: 'copy' | 'delete'; snapshot: Snapshot }>();
  const close = () => setDialog(undefined);
  return (
    <>
      <ResourceTable<Snapshot> name="elasticache-backups" title="Backups" variant={isPage ? 'full-page' : 'container'}
        source={{ service: 'elasticache', operation: 'DescribeSnapshots', input: filter ?? {}, items: (out) => out.Snapshots, paging: { token: 'Marker', next: 'Marker', size: 'MaxRecords', sizes: [20, 50] } }}
        idOf={(snapshot) => snapshot.SnapshotName} inTransition={(snapshot) => isInTransition(snapshot.SnapshotStatus)}
        search={{ placeholder: 'Find backups', text: (snapshot) => `${snapshot.SnapshotName} ${sourceOf(snapshot)}` }} selection="single"
        selectionLabel={(snapshot) => snapshot.SnapshotName}
        columns={[
          { id: 'name', header: 'Backup name', cell: (snapshot) => snapshot.SnapshotName, sort: (snapshot) => snapshot.SnapshotName, isRowHeader: true, width: 220 },
          { id: 'status', header: 'Status', cell: (snapshot) => <Status status={snapshot.SnapshotStatus} />, width: 130 },
          { id: 'source', header: 'Cache', cell: sourceOf, sort: sourceOf, width: 170 },
          { id: 'type', header: 'Type', cell: (snapshot) => snapshot.SnapshotSource, width: 110 },
          { id: 'engine', header: 'Engine', cell: (snapshot) => `${engineLabel(snapshot.Engine)} ${snapshot.EngineVersion ?? ''}`, width: 150 },
          { id: 'created', header: 'Created', cell: (snapshot) => <Time at={timeOf(snapshot)} />, sort: timeOf, width: 220 },
          { id: 'size', header: 'Size', cell: (snapshot) => sizeOf(snapshot) ?? '-', width: 100 },
        ]}
        actions={([snapshot]) => (
          <>
            <Button disabled={!snapshot} onClick={() => snapshot && setDialog({ kind: 'delete', snapshot })}>Delete</Button>
            <Button disabled={!snapshot} onClick={() => snapshot && setDialog({ kind: 'copy', snapshot })}>Copy</Button>
            <Button disabled={snapshot?.SnapshotStatus !== 'available'}
              onClick={() => navigate(`/elasticache/caches/create?snapshot=${encodeURIComponent(snapshot?.SnapshotName ?? '')}&engine=${snapshot?.Engine}`)}>Restore</Button>
          </>
        )}
        empty={{ title: 'No backups', text: 'Choose Backup among the actions of a cache to make one.' }} />
      {dialog?.kind === 'copy' && <CopySnapshot source={dialog.snapshot.SnapshotName} onClose={close} />}
      {dialog?.kind === 'delete' && (
        <DeleteDialog title={`Delete ${dialog.snapshot.SnapshotName}?`} name={dialog.snapshot.SnapshotName} success="The backup is being deleted." onClose={close}
          steps={[{ service: 'elasticache', operation: 'DeleteSnapshot', input: { SnapshotName: dialog.snapshot.SnapshotName } }]} />
      )}
    </>
  );
}

export const SnapshotList = () => <SnapshotsTable isPage />;

function CopySnapshot({ source, onClose }: { source: string; onClose: () => void }) {
  const [name, setName] = useState('');
  return (
    <ActionDialog title={`Copy ${source}`} submit="Copy" success={`Backup ${name} is being made.`} onClose={onClose} isValid={name !== ''}
      steps={[{ service: 'elasticache', operation: 'CopySnapshot', input: { SourceSnapshotName: source, TargetSnapshotName: name || 'NEW_NAME' } }]}>
      <TextField label="New backup name" value={name} onChange={(text) => setName(text.trim())} />
    </ActionDialog>
  );
}
