// Event history: who did what, when. Paged and filtered by LookupEvents.
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import { useEffect, useMemo, useState } from 'react';
import { useParams } from 'react-router-dom';

import { AppLink, Copyable, JsonEditor, ResourceTable, Status, Time, useQuery } from '@/kit';
import { Panel, ResourcePage } from '../resources/resource-page';
import { attributes, ranges, recordOf, recordText, resourcesText, type EventRecord, type TrailEvent } from './event';

const typing_milliseconds = 300;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), typing_milliseconds);
    return () => window.clearTimeout(timer);
  }, [text]);
  return settled;
}

const readOnlyValues = [{ value: 'false', label: 'false' }, { value: 'true', label: 'true' }];

export function EventHistory() {
  const [attribute, setAttribute] = useState(attributes[0]!);
  const [text, setText] = useState('false');
  const [range, setRange] = useState(ranges[2]!);
  const value = useSettled(text).trim();
  // One moment for all pages of a list: each page of a token must be asked for with the same times.
  const start = useMemo(() => Math.floor(Date.now() / 1000) - Number(range.value), [range, attribute, value]);
  const input = { StartTime: start, ...(value ? { LookupAttributes: [{ AttributeKey: attribute.value, AttributeValue: value }] } : {}) };
  const chooseAttribute = (chosen?: string) => {
    const next = attributes.find((one) => one.value === chosen) ?? attributes[0]!;
    setAttribute(next);
    setText(next.value === 'ReadOnly' ? 'false' : '');
  };
  return (
    <ResourceTable<TrailEvent> name="cloudtrail-events" title="Event history" variant="full-page" description="What was asked of the API in this Region, and by whom, in the last 90 days."
      source={{ service: 'cloudtrail', operation: 'LookupEvents', input, items: (out) => out.Events }} idOf={(event) => event.EventId} changesOf={[]}
      filters={
        <>
          <Select selectedOption={attribute} options={attributes} ariaLabel="Lookup attribute" onChange={(e) => chooseAttribute(e.detail.selectedOption.value)} />
          {attribute.value === 'ReadOnly' ? (
            <Select selectedOption={readOnlyValues.find((one) => one.value === text) ?? null} options={readOnlyValues} ariaLabel="Value of Read-only"
              onChange={(e) => setText(e.detail.selectedOption.value ?? '')} />
          ) : (
            <Input value={text} type="search" placeholder={`Enter ${attribute.label.toLowerCase()}`} ariaLabel={`Value of ${attribute.label}`} onChange={(e) => setText(e.detail.value)} />
          )}
          <Select selectedOption={range} options={ranges} ariaLabel="Time range" onChange={(e) => setRange(ranges.find((one) => one.value === e.detail.selectedOption.value) ?? ranges[2]!)} />
        </>
      }
      columns={[
        { id: 'name', header: 'Event name', isRowHeader: true, width: 230, cell: (event) => <AppLink to={`/cloudtrail/events/${event.EventId}`}>{event.EventName}</AppLink> },
        { id: 'time', header: 'Event time', cell: (event) => <Time at={event.EventTime} />, width: 220 },
        { id: 'user', header: 'User name', cell: (event) => event.Username || '-', width: 150 },
        { id: 'source', header: 'Event source', cell: (event) => event.EventSource, width: 230 },
        { id: 'resource', header: 'Resource name', cell: resourcesText, width: 240 },
        { id: 'error', header: 'Error code', cell: (event) => recordOf(event).errorCode ?? '-', width: 170 },
        { id: 'key', header: 'AWS access key', cell: (event) => event.AccessKeyId || '-', hidden: true },
        { id: 'address', header: 'Source IP address', cell: (event) => recordOf(event).sourceIPAddress ?? '-', hidden: true },
        { id: 'id', header: 'Event ID', cell: (event) => event.EventId, hidden: true },
      ]}
      empty={{ title: 'No events', text: 'Nothing that matches was asked in this time. Choose a longer time or another attribute.' }} />
  );
}

const identityText = ({ userIdentity }: EventRecord) => userIdentity?.arn ?? [userIdentity?.type, userIdentity?.userName].filter(Boolean).join(' ');

export function EventDetail() {
  const { id = '' } = useParams();
  const asked = useQuery<{ Events?: TrailEvent[] }>('cloudtrail', 'LookupEvents', { LookupAttributes: [{ AttributeKey: 'EventId', AttributeValue: id }] }, { changesOf: [] });
  const event = asked.data?.Events?.[0];
  return (
    <ResourcePage title={event?.EventName ?? 'Event'} from={asked} pick={(out) => out.Events?.[0]} missing="There is no such event in this Region."
      summary={(item) => {
        const record = recordOf(item);
        return [
          { label: 'Event time', value: <Time at={item.EventTime} /> },
          { label: 'User name', value: item.Username },
          { label: 'Identity', value: identityText(record) },
          { label: 'Event source', value: item.EventSource },
          { label: 'Region', value: record.awsRegion },
          { label: 'Source IP address', value: record.sourceIPAddress },
          { label: 'AWS access key', value: item.AccessKeyId },
          { label: 'Read-only', value: item.ReadOnly },
          { label: 'Error', value: record.errorCode && <Status status={record.errorCode} type="error" /> },
          { label: 'Error message', value: record.errorMessage },
          { label: 'Request ID', value: record.requestID },
          { label: 'Event ID', value: <Copyable text={item.EventId} /> },
          { label: 'User agent', value: record.userAgent },
          { label: 'Resources', value: resourcesText(item) },
        ];
      }}>
      {(item) => (
        <Panel title="Event record">
          <JsonEditor label="Event record" value={recordText(item)} height={480} />
        </Panel>
      )}
    </ResourcePage>
  );
}
