// What the pages read of CloudTrail's answers. Pure.

export interface TrailEvent {
  EventId: string;
  EventName?: string;
  ReadOnly?: string;
  AccessKeyId?: string;
  EventTime?: number;
  EventSource?: string;
  Username?: string;
  Resources?: { ResourceType?: string; ResourceName?: string }[];
  CloudTrailEvent?: string;
}

export interface EventRecord {
  errorCode?: string;
  errorMessage?: string;
  sourceIPAddress?: string;
  userAgent?: string;
  awsRegion?: string;
  requestID?: string;
  eventType?: string;
  recipientAccountId?: string;
  userIdentity?: { type?: string; arn?: string; userName?: string; accountId?: string };
}

export function recordOf(event: TrailEvent): EventRecord {
  try {
    return JSON.parse(event.CloudTrailEvent ?? '{}') as EventRecord;
  } catch {
    return {};
  }
}

export function recordText(event: TrailEvent): string {
  try {
    return JSON.stringify(JSON.parse(event.CloudTrailEvent ?? '{}'), null, 2);
  } catch {
    return event.CloudTrailEvent ?? '';
  }
}

export const resourcesText = (event: TrailEvent) => event.Resources?.map((one) => one.ResourceName).filter(Boolean).join(', ') || '-';

// LookupEvents takes one of these at a time.
export const attributes = [
  { value: 'ReadOnly', label: 'Read-only' }, { value: 'EventName', label: 'Event name' }, { value: 'EventSource', label: 'Event source' },
  { value: 'Username', label: 'User name' }, { value: 'ResourceName', label: 'Resource name' }, { value: 'ResourceType', label: 'Resource type' },
  { value: 'EventId', label: 'Event ID' }, { value: 'AccessKeyId', label: 'AWS access key' },
];

export const ranges = [
  { value: '1800', label: 'Last 30 minutes' }, { value: '3600', label: 'Last hour' }, { value: '86400', label: 'Last day' },
  { value: '604800', label: 'Last week' }, { value: '7776000', label: 'Last 90 days' },
];
