import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';

import { AppLink, ResourceTable, Status, Time } from '@/kit';
import { DeleteDialog } from '../resources/actions';
import { engineLabel } from './engines';
import { clusterPath } from './lookups';
import type { RetainedBackup } from './restore';

export function AutomatedBackupList() {
  const navigate = useNavigate();
  const [deleting, setDeleting] = useState<RetainedBackup>();
  const isRetained = (backup?: RetainedBackup) => backup?.Status === 'retained';
  return (
    <>
      <ResourceTable<RetainedBackup> name="rds-backups" title="Automated backups" variant="full-page"
        description="Of clusters that are there, and of deleted ones whose backups were retained."
        source={{ service: 'rds', operation: 'DescribeDBClusterAutomatedBackups', items: (out) => out.DBClusterAutomatedBackups }}
        idOf={(backup) => backup.DbClusterResourceId ?? ''} selection="single" selectionLabel={(backup) => backup.DBClusterIdentifier ?? ''}
        search={{ placeholder: 'Filter backups', text: (backup) => `${backup.DBClusterIdentifier} ${backup.DbClusterResourceId}` }}
        columns={[
          { id: 'cluster', header: 'DB cluster', isRowHeader: true, sort: (backup) => backup.DBClusterIdentifier, width: 190,
            cell: (backup) => (isRetained(backup) ? backup.DBClusterIdentifier : <AppLink to={clusterPath(backup.DBClusterIdentifier ?? '')}>{backup.DBClusterIdentifier}</AppLink>) },
          { id: 'status', header: 'Status', cell: (backup) => <Status status={backup.Status} type={isRetained(backup) ? 'stopped' : undefined} />, width: 120 },
          { id: 'earliest', header: 'Earliest restorable time', cell: (backup) => <Time at={backup.RestoreWindow?.EarliestTime} />, width: 220 },
          { id: 'latest', header: 'Latest restorable time', cell: (backup) => <Time at={backup.RestoreWindow?.LatestTime} />, width: 220 },
          { id: 'days', header: 'Retention', cell: (backup) => `${backup.BackupRetentionPeriod ?? 0} days`, width: 110 },
          { id: 'engine', header: 'Engine', cell: (backup) => engineLabel(backup.Engine), width: 190 },
        ]}
        actions={([backup]) => (
          <>
            <Button disabled={!isRetained(backup)} onClick={() => setDeleting(backup)}>Delete</Button>
            <Button disabled={!backup} onClick={() => navigate(`/rds/automated-backups/restore?resource=${backup?.DbClusterResourceId}`)}>Restore to point in time</Button>
          </>
        )}
        empty={{ title: 'No automated backups', text: 'The first is made a moment after a cluster was created.' }} />
      {deleting && (
        <DeleteDialog title={`Delete the backups of ${deleting.DBClusterIdentifier}?`} name={deleting.DBClusterIdentifier ?? ''} success="The backups were deleted."
          onClose={() => setDeleting(undefined)}
          steps={[{ service: 'rds', operation: 'DeleteDBClusterAutomatedBackup', input: { DbClusterResourceId: deleting.DbClusterResourceId } }]} />
      )}
    </>
  );
}
