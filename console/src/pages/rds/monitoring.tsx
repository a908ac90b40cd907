// Figures of CloudWatch as lines: the last hour, or longer.
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import LineChart from '@cloudscape-design/components/line-chart';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { call, LoadedPart, useLoad, useRegion } from '@/kit';
import { bytesText } from '../resources/format';

interface Figure {
  name: string;
  title: string;
  unit: 'percent' | 'bytes' | 'count' | 'milliseconds';
}

export const instanceFigures: Figure[] = [
  { name: 'CPUUtilization', title: 'CPU utilization', unit: 'percent' },
  { name: 'DatabaseConnections', title: 'Database connections', unit: 'count' },
  { name: 'FreeableMemory', title: 'Freeable memory', unit: 'bytes' },
  { name: 'FreeStorageSpace', title: 'Free storage space', unit: 'bytes' },
  { name: 'AuroraReplicaLag', title: 'Replica lag', unit: 'milliseconds' },
];
export const clusterFigures: Figure[] = [
  { name: 'CPUUtilization', title: 'CPU utilization', unit: 'percent' },
  { name: 'DatabaseConnections', title: 'Database connections', unit: 'count' },
  { name: 'VolumeBytesUsed', title: 'Volume bytes used', unit: 'bytes' },
];

const ranges = [
  { id: '1h', text: '1 hour', seconds: 3600, period: 60 },
  { id: '3h', text: '3 hours', seconds: 3 * 3600, period: 60 },
  { id: '1d', text: '1 day', seconds: 86400, period: 300 },
];

interface Series {
  Id?: string;
  Timestamps?: number[];
  Values?: number[];
}

const written: Record<Figure['unit'], (value: number) => string> = {
  percent: (value) => `${value.toFixed(1)} %`, bytes: bytesText, count: (value) => value.toLocaleString('en'), milliseconds: (value) => `${value} ms`,
};

function Chart({ figure, series, from, to }: { figure: Figure; series?: Series; from: Date; to: Date }) {
  const points = (series?.Timestamps ?? []).map((time, index) => ({ x: new Date(time * 1000), y: series?.Values?.[index] ?? 0 }))
    .sort((a, b) => a.x.getTime() - b.x.getTime());
  const greatest = Math.max(1, ...points.map((point) => point.y));
  return (
    <Container header={<Header variant="h3">{figure.title}</Header>}>
      <LineChart hideFilter hideLegend height={160} ariaLabel={figure.title} xScaleType="time" xDomain={[from, to]}
        yDomain={[0, figure.unit === 'percent' ? Math.max(10, greatest * 1.1) : greatest * 1.1]} statusType="finished"
        series={points.length > 0 ? [{ title: figure.title, type: 'line', data: points, valueFormatter: written[figure.unit] }] : []}
        i18nStrings={{ xTickFormatter: (time) => time.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' }), yTickFormatter: written[figure.unit],
          chartAriaRoleDescription: 'line chart' }}
        empty={<Box textAlign="center" color="text-body-secondary">There is no figure in this time.</Box>} />
    </Container>
  );
}

export function Monitoring({ figures, dimension, value }: { figures: Figure[]; dimension: string; value: string }) {
  const region = useRegion();
  const [chosen, setChosen] = useState('1h');
  const range = ranges.find((one) => one.id === chosen) ?? ranges[0]!;
  const loaded = useLoad(`figures ${region} ${dimension} ${value} ${range.id}`, async (signal) => {
    const end = Math.floor(Date.now() / 1000);
    const out = await call<{ MetricDataResults?: Series[] }>('cloudwatch', 'GetMetricData', {
      StartTime: end - range.seconds, EndTime: end,
      MetricDataQueries: figures.map((figure, index) => ({
        Id: `m${index}`, MetricStat: {
          Metric: { Namespace: 'AWS/RDS', MetricName: figure.name, Dimensions: [{ Name: dimension, Value: value }] }, Period: range.period, Stat: 'Average',
        },
      })),
    }, { region, signal });
    return { series: out.MetricDataResults ?? [], from: new Date((end - range.seconds) * 1000), to: new Date(end * 1000) };
  });
  return (
    <SpaceBetween size="m">
      <SegmentedControl label="Time range" selectedId={chosen} onChange={(e) => setChosen(e.detail.selectedId)} options={ranges} />
      <LoadedPart from={loaded}>
        {({ series, from, to }) => (
          <ColumnLayout columns={2} minColumnWidth={320}>
            {figures.map((figure, index) => (
              <Chart key={figure.name} figure={figure} from={from} to={to} series={series.find((one) => one.Id === `m${index}`)} />
            ))}
          </ColumnLayout>
        )}
      </LoadedPart>
    </SpaceBetween>
  );
}
