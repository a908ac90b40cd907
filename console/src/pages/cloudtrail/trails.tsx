// Trails: where events are delivered to.
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { AppLink, Copyable, KeyValue, LoadedPart, ResourceTable, Status, Time, useQuery } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { CheckField, TextField } from '../resources/fields';
import { enabledText, yesNo } from '../resources/format';
import { Panel, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';

interface Trail {
  Name?: string;
  TrailARN: string;
  HomeRegion?: string;
  S3BucketName?: string;
  S3KeyPrefix?: string;
  IsMultiRegionTrail?: boolean;
  IsOrganizationTrail?: boolean;
  IncludeGlobalServiceEvents?: boolean;
  LogFileValidationEnabled?: boolean;
}

interface TrailStatus {
  IsLogging?: boolean;
  LatestDeliveryTime?: number;
  LatestDeliveryError?: string;
  LatestDigestDeliveryTime?: number;
  StartLoggingTime?: number;
  StopLoggingTime?: number;
}

const path = (name?: string) => `/cloudtrail/trails/${encodeURIComponent(name ?? '')}`;

export function TrailList() {
  const [creating, setCreating] = useState(false);
  const create = <Button variant="primary" onClick={() => setCreating(true)}>Create trail</Button>;
  return (
    <>
      <ResourceTable<Trail> name="cloudtrail-trails" title="Trails" variant="full-page" idOf={(trail) => trail.TrailARN}
        source={{ service: 'cloudtrail', operation: 'DescribeTrails', items: (out) => out.trailList, paging: false }}
        search={{ placeholder: 'Find trails', text: (trail) => `${trail.Name} ${trail.S3BucketName}` }}
        columns={[
          { id: 'name', header: 'Name', isRowHeader: true, cell: (trail) => <AppLink to={path(trail.Name)}>{trail.Name}</AppLink>, sort: (trail) => trail.Name, width: 220 },
          { id: 'home', header: 'Home Region', cell: (trail) => trail.HomeRegion, sort: (trail) => trail.HomeRegion, width: 150 },
          { id: 'multi', header: 'Multi-Region trail', cell: (trail) => yesNo(trail.IsMultiRegionTrail), width: 150 },
          { id: 'organization', header: 'Organization trail', cell: (trail) => yesNo(trail.IsOrganizationTrail), width: 160 },
          { id: 'bucket', header: 'S3 bucket', cell: (trail) => trail.S3BucketName, sort: (trail) => trail.S3BucketName, width: 220 },
        ]}
        actions={() => create}
        empty={{ title: 'No trails', text: 'The event history needs no trail. A trail also writes events as files into a bucket.', action: create }} />
      {creating && <CreateTrail onClose={() => setCreating(false)} />}
    </>
  );
}

function CreateTrail({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [bucket, setBucket] = useState('');
  const [isMulti, setMulti] = useState(true);
  const [validates, setValidates] = useState(true);
  const named = name || 'TRAIL_NAME';
  return (
    <ActionDialog title="Create trail" submit="Create trail" success={`Trail ${name} was created and is logging.`} onClose={onClose} isValid={name !== '' && bucket !== ''}
      steps={[
        { service: 'cloudtrail', operation: 'CreateTrail', input: compact({
          Name: named, S3BucketName: bucket || 'BUCKET_NAME', IsMultiRegionTrail: isMulti || undefined, EnableLogFileValidation: validates || undefined }) },
        { service: 'cloudtrail', operation: 'StartLogging', input: { Name: named } },
      ]}>
      <TextField label="Trail name" value={name} onChange={(text) => setName(text.trim())} />
      <TextField label="S3 bucket" value={bucket} onChange={(text) => setBucket(text.trim())} hint="It exists already." />
      <CheckField label="Multi-Region trail" checked={isMulti} onChange={setMulti} />
      <CheckField label="Log file validation" checked={validates} onChange={setValidates} />
    </ActionDialog>
  );
}

export function TrailDetail() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'logging' | 'delete'>();
  const close = () => setDialog(undefined);
  const asked = useQuery<{ trailList?: Trail[] }>('cloudtrail', 'DescribeTrails', { trailNameList: [name] });
  const status = useQuery<TrailStatus>('cloudtrail', 'GetTrailStatus', { Name: name });
  const isLogging = status.data?.IsLogging ?? false;
  return (
    <>
      <ResourcePage title={name} from={asked} pick={(out) => out.trailList?.[0]} missing="There is no such trail in this Region."
        actions={() => (
          <>
            <Button disabled={!status.data} onClick={() => setDialog('logging')}>{isLogging ? 'Stop logging' : 'Start logging'}</Button>
            <Button onClick={() => setDialog('delete')}>Delete</Button>
          </>
        )}
        summary={(trail) => [
          { label: 'S3 bucket', value: trail.S3BucketName }, { label: 'Prefix', value: trail.S3KeyPrefix }, { label: 'Home Region', value: trail.HomeRegion },
          { label: 'Multi-Region trail', value: yesNo(trail.IsMultiRegionTrail) }, { label: 'Organization trail', value: yesNo(trail.IsOrganizationTrail) },
          { label: 'Global service events', value: yesNo(trail.IncludeGlobalServiceEvents) }, { label: 'Log file validation', value: enabledText(trail.LogFileValidationEnabled) },
          { label: 'ARN', value: <Copyable text={trail.TrailARN} /> },
        ]}>
        {() => (
          <Panel title="Logging">
            <LoadedPart from={status}>
              {(now) => (
                <KeyValue items={[
                  { label: 'Status', value: <Status status={now.IsLogging ? 'Logging' : 'Off'} type={now.IsLogging ? 'success' : 'stopped'} /> },
                  { label: 'Last file delivered', value: <Time at={now.LatestDeliveryTime} /> },
                  { label: 'Last digest delivered', value: <Time at={now.LatestDigestDeliveryTime} /> },
                  { label: 'Last delivery error', value: now.LatestDeliveryError },
                  { label: 'Started', value: <Time at={now.StartLoggingTime} /> },
                  { label: 'Stopped', value: <Time at={now.StopLoggingTime} /> },
                ]} />
              )}
            </LoadedPart>
          </Panel>
        )}
      </ResourcePage>
      {dialog === 'logging' && (
        <ActionDialog title={`${isLogging ? 'Stop' : 'Start'} logging of ${name}?`} submit={isLogging ? 'Stop logging' : 'Start logging'} onClose={close}
          success={`Logging was ${isLogging ? 'stopped' : 'started'}.`} steps={[{ service: 'cloudtrail', operation: isLogging ? 'StopLogging' : 'StartLogging', input: { Name: name } }]} />
      )}
      {dialog === 'delete' && (
        <DeleteDialog title={`Delete trail ${name}?`} name={name} success={`Trail ${name} was deleted.`} onClose={close} onDone={() => navigate('/cloudtrail/trails')}
          warning="The files in the bucket stay." steps={[{ service: 'cloudtrail', operation: 'DeleteTrail', input: { Name: name } }]} />
      )}
    </>
  );
}
