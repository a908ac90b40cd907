import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';

import { Time, useQuery } from '@/kit';

interface Pending {
  ResourceIdentifier?: string;
  PendingMaintenanceActionDetails?: { Action?: string; Description?: string; CurrentApplyDate?: number; AutoAppliedAfterDate?: number }[];
}

export function PendingMaintenance({ arn }: { arn: string }) {
  const asked = useQuery<{ PendingMaintenanceActions?: Pending[] }>('rds', 'DescribePendingMaintenanceActions', { ResourceIdentifier: arn });
  const items = (asked.data?.PendingMaintenanceActions ?? []).flatMap((one) => one.PendingMaintenanceActionDetails ?? []);
  return (
    <Table items={items} trackBy="Action" loading={asked.loading} loadingText="Loading pending maintenance"
      header={<Header counter={asked.data && `(${items.length})`}>Pending maintenance</Header>}
      columnDefinitions={[
        { id: 'action', header: 'Action', cell: (one) => one.Action, isRowHeader: true },
        { id: 'description', header: 'Description', cell: (one) => one.Description },
        { id: 'when', header: 'Apply date', cell: (one) => <Time at={one.CurrentApplyDate ?? one.AutoAppliedAfterDate} /> },
      ]}
      empty={<Box textAlign="center" color="text-body-secondary">{asked.error ? `${asked.error.code}: ${asked.error.message}` : 'Nothing is pending.'}</Box>} />
  );
}
