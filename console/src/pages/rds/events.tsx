// Events of databases, and the log files of an instance.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Modal from '@cloudscape-design/components/modal';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';

import { AppLink, downloadText, LoadedPart, ResourceTable, Time, useQuery } from '@/kit';
import { event_minutes_kept, EventTable, newestFirst } from '../resources/event-table';
import { bytesText } from '../resources/format';
import { useAll } from '../resources/use-all';
import { clusterPath, instancePath } from './lookups';
import type { DbEvent } from './types';

const sourceTypes = [
  { value: '', label: 'All sources' },
  { value: 'db-cluster', label: 'Clusters' },
  { value: 'db-instance', label: 'Instances' },
  { value: 'db-cluster-snapshot', label: 'Cluster snapshots' },
  { value: 'db-parameter-group', label: 'Parameter groups' },
];

function SourceLink({ event }: { event: DbEvent }) {
  const id = event.SourceIdentifier ?? '-';
  if (event.SourceType === 'db-cluster') return <AppLink to={clusterPath(id)}>{id}</AppLink>;
  if (event.SourceType === 'db-instance') return <AppLink to={instancePath(id)}>{id}</AppLink>;
  return <>{id}</>;
}

export function EventList() {
  const [type, setType] = useState(sourceTypes[0]!);
  return (
    <ResourceTable<DbEvent>
      name="rds-events"
      title="Events"
      variant="full-page"
      description="The last 14 days."
      source={{
        service: 'rds',
        operation: 'DescribeEvents',
        input: { Duration: event_minutes_kept, ...(type.value ? { SourceType: type.value } : {}) },
        items: (out) => out.Events,
      }}
      idOf={(event) => `${event.Date} ${event.SourceIdentifier} ${event.Message}`}
      arrange={newestFirst}
      search={{ placeholder: 'Filter events', text: (event) => `${event.SourceIdentifier} ${event.Message}` }}
      filters={
        <Select
          selectedOption={type}
          options={sourceTypes}
          ariaLabel="Source type"
          onChange={(e) => setType(sourceTypes.find((one) => one.value === e.detail.selectedOption.value) ?? sourceTypes[0]!)}
        />
      }
      columns={[
        {
          id: 'time',
          header: 'Time',
          cell: (event) => <Time at={event.Date} />,
          sort: (event) => event.Date,
          width: 220,
          isRowHeader: true,
        },
        {
          id: 'source',
          header: 'Source',
          cell: (event) => <SourceLink event={event} />,
          sort: (event) => event.SourceIdentifier,
          width: 200,
        },
        { id: 'type', header: 'Type', cell: (event) => event.SourceType, sort: (event) => event.SourceType, width: 150 },
        { id: 'message', header: 'Message', cell: (event) => event.Message, width: 420 },
        { id: 'categories', header: 'Categories', cell: (event) => event.EventCategories?.join(', ') || '-', hidden: true },
      ]}
      empty={{ title: 'No events', text: 'Nothing has happened in the last 14 days.' }}
    />
  );
}

export function DatabaseEvents({ type, id }: { type: 'db-cluster' | 'db-instance'; id: string }) {
  const all = useAll<DbEvent>({
    service: 'rds',
    operation: 'DescribeEvents',
    input: { SourceType: type, SourceIdentifier: id, Duration: event_minutes_kept },
    items: (out) => out.Events,
  });
  return (
    <SpaceBetween size="l">
      <EventTable
        title="Recent events"
        description="The last 14 days"
        asked={all}
        events={newestFirst(all.data ?? [])}
        isCounted
        actions={<Button iconName="refresh" ariaLabel="Refresh events" onClick={all.refresh} />}
        message="Message"
        nothing="There are no events."
      />
      {type === 'db-instance' && <Logs instance={id} />}
    </SpaceBetween>
  );
}

interface LogFile {
  LogFileName?: string;
  LastWritten?: number; // milliseconds since 1970
  Size?: number;
}

function Logs({ instance }: { instance: string }) {
  const [shown, setShown] = useState<string>();
  const all = useAll<LogFile>({
    service: 'rds',
    operation: 'DescribeDBLogFiles',
    input: { DBInstanceIdentifier: instance },
    items: (out) => out.DescribeDBLogFiles,
  });
  return (
    <>
      <Table
        items={all.data ?? []}
        trackBy="LogFileName"
        loading={all.loading}
        loadingText="Loading logs"
        header={<Header counter={all.data && `(${all.data.length})`}>Logs</Header>}
        columnDefinitions={[
          { id: 'name', header: 'Name', cell: (file) => file.LogFileName, isRowHeader: true },
          {
            id: 'written',
            header: 'Last written',
            cell: (file) => <Time at={file.LastWritten === undefined ? undefined : file.LastWritten / 1000} />,
          },
          { id: 'size', header: 'Size', cell: (file) => bytesText(file.Size) },
          {
            id: 'view',
            header: 'Action',
            cell: (file) => (
              <Button variant="inline-link" ariaLabel={`View ${file.LogFileName}`} onClick={() => setShown(file.LogFileName)}>
                View
              </Button>
            ),
          },
        ]}
        empty={
          <Box textAlign="center" color="text-body-secondary">
            {all.error ? `${all.error.code}: ${all.error.message}` : 'There are no logs.'}
          </Box>
        }
      />
      {shown && <LogText instance={instance} file={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}

function LogText({ instance, file, onClose }: { instance: string; file: string; onClose: () => void }) {
  const asked = useQuery<{ LogFileData?: string; AdditionalDataPending?: boolean }>('rds', 'DownloadDBLogFilePortion', {
    DBInstanceIdentifier: instance,
    LogFileName: file,
  });
  return (
    <Modal
      visible
      size="max"
      header={file}
      closeAriaLabel="Close"
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={asked.refresh} loading={asked.refreshing}>
              Refresh
            </Button>
            <Button
              iconName="download"
              disabled={!asked.data}
              onClick={() => downloadText(file.split('/').pop() ?? 'log', asked.data?.LogFileData ?? '', 'text/plain')}
            >
              Download
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <LoadedPart from={asked}>
        {(out) => (
          <pre className="kit-code" tabIndex={0}>
            {out.LogFileData || 'The log is empty.'}
          </pre>
        )}
      </LoadedPart>
    </Modal>
  );
}
