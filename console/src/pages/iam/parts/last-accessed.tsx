// When the services that an identity may use were used last (access advisor): a report that is made when it is asked for.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Select from '@cloudscape-design/components/select';
import { useState } from 'react';
import { AppLink, Time, useLoad } from '@/kit';
import { iam } from './api';
import { policyPath } from './entity';
import { SmallTable } from './small-table';
import { nameOfArn } from './text';

interface Accessed {
  ServiceName: string;
  ServiceNamespace: string;
  LastAuthenticated?: number;
  LastAuthenticatedEntity?: string;
  LastAuthenticatedRegion?: string;
  TotalAuthenticatedEntities?: number;
}
interface Report { services: Accessed[]; reason?: string }

const PAUSE_MILLISECONDS = 300;
// A report takes moments; after this many questions something is wrong.
const QUESTIONS_MAX = 60;

async function report(arn: string, signal: AbortSignal): Promise<Report> {
  const { JobId } = await iam('GenerateServiceLastAccessedDetails', { Arn: arn }, signal);
  const services: Accessed[] = [];
  let marker: string | undefined;
  for (let asked = 0; asked < QUESTIONS_MAX; asked++) {
    const out = await iam('GetServiceLastAccessedDetails', { JobId, MaxItems: 1000, Marker: marker }, signal);
    if (out.JobStatus === 'FAILED') return { services, reason: out.Error?.Message ?? 'The report failed.' };
    if (out.JobStatus === 'IN_PROGRESS') {
      await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS));
      continue;
    }
    services.push(...(out.ServicesLastAccessed ?? []));
    marker = out.IsTruncated ? out.Marker : undefined;
    if (!marker) return { services };
  }
  return { services, reason: 'The report is not complete yet.' };
}

const FILTERS = [
  { value: 'all', label: 'All services' },
  { value: 'used', label: 'Services accessed' },
  { value: 'unused', label: 'Services not accessed' },
];

function Policies({ arn, namespace }: { arn: string; namespace: string }) {
  const { data, error } = useLoad(`granting ${arn} ${namespace}`, (signal) =>
    iam('ListPoliciesGrantingServiceAccess', { Arn: arn, ServiceNamespaces: [namespace] }, signal));
  if (error) return <>{error.message}</>;
  const policies = data?.PoliciesGrantingServiceAccess?.[0]?.Policies ?? [];
  return (
    <>
      {policies.map((policy: { PolicyName: string; PolicyArn?: string; EntityName?: string }, index: number) => (
        <div key={index}>
          {policy.PolicyArn ? <AppLink to={policyPath(policy.PolicyArn)}>{policy.PolicyName}</AppLink> : `${policy.PolicyName} (inline)`}
          {policy.EntityName ? ` of ${policy.EntityName}` : ''}
        </div>
      ))}
    </>
  );
}

export function LastAccessed({ arn }: { arn: string }) {
  const [filter, setFilter] = useState('all');
  const [selected, setSelected] = useState<Accessed[]>([]);
  const loaded = useLoad<Report>(`last-accessed ${arn}`, (signal) => report(arn, signal));
  const items = loaded.data?.services.filter((one) =>
    filter === 'all' || (filter === 'used') === (one.LastAuthenticated !== undefined));
  return (
    <>
      {loaded.data?.reason && <Alert type="warning">{loaded.data.reason}</Alert>}
      <SmallTable<Accessed> title="Allowed services" items={items} error={loaded.error} onRetry={loaded.refresh}
        keyOf={(one) => one.ServiceNamespace} nameOf={(one) => one.ServiceName}
        description="The services that the policies allow, and when each was used last. Select one to see which policies grant it."
        filter="Search services" select="single" selected={selected} onSelect={setSelected}
        filterExtra={<Select ariaLabel="Filter by access" options={FILTERS} selectedOption={FILTERS.find((one) => one.value === filter)!}
          onChange={({ detail }) => setFilter(detail.selectedOption.value!)} />}
        empty="The policies allow no service."
        columns={[
          { header: 'Service', text: (one) => one.ServiceName, cell: (one) => one.ServiceName },
          { header: 'Last accessed', text: (one) => one.LastAuthenticated ?? 0,
            cell: (one) => (one.LastAuthenticated ? <Time at={one.LastAuthenticated} relative /> : 'Not accessed in the tracking period') },
          { header: 'Region', text: (one) => one.LastAuthenticatedRegion ?? '', cell: (one) => one.LastAuthenticatedRegion ?? '-' },
          { header: 'Accessed by', text: (one) => nameOfArn(one.LastAuthenticatedEntity),
            cell: (one) => nameOfArn(one.LastAuthenticatedEntity) },
        ]} />
      {selected[0] && (
        <Box padding={{ top: 's' }}>
          <Box variant="h3">Policies that grant {selected[0].ServiceName}</Box>
          <Policies arn={arn} namespace={selected[0].ServiceNamespace} />
        </Box>
      )}
    </>
  );
}
