// Numbers of resources on a dashboard, each with a link to its list.
import Box from '@cloudscape-design/components/box';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';

import { AppLink, Status, type Source } from '@/kit';
import { useAll } from './use-all';

export interface Counted {
  title: string;
  path: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  source: Source<any>;
}

function Count({ title, path, source }: Counted) {
  const all = useAll(source);
  return (
    <Container fitHeight>
      <Box variant="awsui-key-label">{title}</Box>
      {all.error ? (
        <span title={all.error.message}>
          <Status status={all.error.code} type="error" />
        </span>
      ) : (
        <AppLink to={path} fontSize="display-l" ariaLabel={`${title}: ${all.data?.length ?? 'loading'}`}>
          {all.data?.length ?? '…'}
        </AppLink>
      )}
    </Container>
  );
}

export function Counts({ of }: { of: Counted[] }) {
  return (
    <ColumnLayout columns={4} minColumnWidth={180}>
      {of.map((one) => (
        <Count key={one.title} {...one} />
      ))}
    </ColumnLayout>
  );
}
