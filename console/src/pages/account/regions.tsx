import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { call, isInTransition, REGION_PLACES, ResourceTable, Status } from '@/kit';
import { account_region } from './api';
import { WorkDialog } from './dialog';

interface RegionState {
  RegionName: string;
  RegionOptStatus?: string;
}

export function Regions() {
  const [changed, setChanged] = useState<RegionState>();
  const enables = changed?.RegionOptStatus === 'DISABLED';
  const operation = enables ? 'EnableRegion' : 'DisableRegion';
  const input = { RegionName: changed?.RegionName };
  const mayChange = (region?: RegionState) => region?.RegionOptStatus === 'ENABLED' || region?.RegionOptStatus === 'DISABLED';
  return (
    <>
      <ResourceTable<RegionState> name="account-regions" title="AWS Regions" idOf={(region) => region.RegionName} selection="single"
        source={{ service: 'account', operation: 'ListRegions', items: (out) => out.Regions, region: account_region }} isDisabled={(region) => !mayChange(region)}
        search={{ placeholder: 'Find Regions', text: (region) => `${region.RegionName} ${REGION_PLACES[region.RegionName] ?? ''}` }}
        inTransition={(region) => isInTransition(region.RegionOptStatus)}
        columns={[
          { id: 'name', header: 'Region', cell: (region) => REGION_PLACES[region.RegionName] ?? region.RegionName, sort: (region) => REGION_PLACES[region.RegionName] ?? region.RegionName,
            isRowHeader: true, width: 260 },
          { id: 'code', header: 'Code', cell: (region) => region.RegionName, sort: (region) => region.RegionName, width: 170 },
          { id: 'status', header: 'Status', width: 180, sort: (region) => region.RegionOptStatus,
            cell: (region) => <Status status={region.RegionOptStatus} type={region.RegionOptStatus?.startsWith('ENABLED') ? 'success' : undefined} /> },
        ]}
        actions={([region]) => (
          <>
            <Button disabled={region?.RegionOptStatus !== 'ENABLED'} onClick={() => setChanged(region)}>Disable</Button>
            <Button disabled={region?.RegionOptStatus !== 'DISABLED'} onClick={() => setChanged(region)}>Enable</Button>
          </>
        )} />
      {changed && (
        <WorkDialog title={`${enables ? 'Enable' : 'Disable'} ${REGION_PLACES[changed.RegionName] ?? changed.RegionName}?`} submit={enables ? 'Enable Region' : 'Disable Region'}
          success={`${changed.RegionName} is being ${enables ? 'enabled' : 'disabled'}.`} onClose={() => setChanged(undefined)} calls={[{ service: 'account', operation, input }]}
          work={() => call('account', operation, input, { region: account_region })}>
          <div>{enables ? 'Everybody in the account can use it afterwards, as their policies allow.' : 'Nobody can reach what is in it until it is enabled again.'}</div>
        </WorkDialog>
      )}
    </>
  );
}
