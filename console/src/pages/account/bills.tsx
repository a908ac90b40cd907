// What was used in this month, at the operator's prices.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';

import { AppLink, DownloadCsv, KeyValue, LoadedPart, REGION_PLACES, Time } from '@/kit';
import { useUsage, type Usage } from './api';

const services: Record<string, string> = { rds: 'Aurora and RDS', elasticache: 'ElastiCache' };
const quantityText = (quantity: number) => quantity.toLocaleString('en', { maximumFractionDigits: 3 });
const month = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });

function moneyText(amount: number, currency: string): string {
  return new Intl.NumberFormat('en', { style: 'currency', currency, maximumFractionDigits: amount !== 0 && Math.abs(amount) < 1 ? 6 : 2 }).format(amount);
}

const csvOf = (usage: Usage) => [['Service', 'Region', 'Unit', 'Quantity', 'Price', 'Amount', 'Currency'],
  ...usage.lines.map((line) => [line.service, line.region, line.unit, line.quantity, line.price, line.amount, usage.currency])];

function Bill({ usage }: { usage: Usage }) {
  const sums = new Map<string, number>();
  usage.lines.forEach((line) => sums.set(line.service, (sums.get(line.service) ?? 0) + line.amount));
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{month.format(new Date(usage.from * 1000))}</Header>}>
        <KeyValue items={[
          { label: 'Total', value: <Box fontSize="display-l">{moneyText(usage.total, usage.currency)}</Box> },
          { label: 'From', value: <Time at={usage.from} /> },
          { label: 'To', value: <Time at={usage.to} /> },
          ...[...sums].map(([service, sum]) => ({ label: services[service] ?? service, value: moneyText(sum, usage.currency) })),
        ]} />
      </Container>
      <Table items={usage.lines} trackBy={(line) => `${line.service} ${line.region} ${line.unit}`} ariaLabels={{ tableLabel: 'Charges by service' }}
        header={<Header counter={`(${usage.lines.length})`}>Charges by service</Header>}
        columnDefinitions={[
          { id: 'service', header: 'Service', cell: (line) => services[line.service] ?? line.service, isRowHeader: true },
          { id: 'region', header: 'Region', cell: (line) => REGION_PLACES[line.region] ?? line.region },
          { id: 'unit', header: 'Usage', cell: (line) => `${quantityText(line.quantity)} ${line.unit}` },
          { id: 'price', header: 'Price', cell: (line) => moneyText(line.price, usage.currency) },
          { id: 'amount', header: 'Amount', cell: (line) => moneyText(line.amount, usage.currency) },
        ]}
        empty={<Box textAlign="center" color="text-body-secondary">Nothing that has a price was used in this month.</Box>} />
    </SpaceBetween>
  );
}

export function Bills() {
  const usage = useUsage();
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description="Hours of databases and caches, and storage, at the prices that the operator of this haar has set. Nothing is charged."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button iconName="refresh" ariaLabel="Refresh the bill" loading={usage.refreshing && !usage.loading} onClick={usage.refresh} />
            {usage.data && <DownloadCsv fileName="bill.csv" rows={() => csvOf(usage.data!)} />}
          </SpaceBetween>
        }>Bills</Header>
      {usage.error?.denied && (
        <Alert type="info" header="IAM access to billing">
          The root user activates IAM user and role access to billing on the <AppLink to="/account">account page</AppLink>; then policies decide (billing:GetBillingData).
        </Alert>
      )}
      <LoadedPart from={usage}>{(data) => <Bill usage={data} />}</LoadedPart>
    </SpaceBetween>
  );
}
