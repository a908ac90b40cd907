// Console Home: the way from a new account to a database and a cache, what was opened last, and what IAM recommends.
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { call } from '../kit/call';
import { AppLink } from '../kit/link';
import { useLoad } from '../kit/query';
import { RefusalAlert } from '../kit/refusal-alert';
import { useRegion } from '../kit/region';
import { SERVICES, type ServiceEntry } from '../services';
import { recentVisits } from '../shell/recent';
import { advice, checkAll, STEPS, type Done } from './checklist';

const STATUS: Record<Done, { type: 'success' | 'pending' | 'info'; text: string }> = {
  done: { type: 'success', text: 'Done' },
  open: { type: 'pending', text: 'To do' },
  unknown: { type: 'info', text: 'You may not see this' },
};

function Checklist() {
  const region = useRegion();
  const loaded = useLoad(`checklist ${region}`, checkAll, { changesOf: ['iam', 'ec2', 'rds', 'elasticache'] });
  const finished = STEPS.filter(({ id }) => loaded.data?.[id] === 'done').length;
  return (
    <Container header={
      <Header variant="h2" counter={loaded.data && `(${finished}/${STEPS.length})`}
        description="From a new account to a database and a cache. Each step is what the AWS set-up guides ask for."
        actions={<Button iconName="refresh" ariaLabel="Refresh the checklist" onClick={loaded.refresh}
          loading={loaded.refreshing && !loaded.loading} />}>
        Set up your account
      </Header>
    }>
      <SpaceBetween size="m">
        <RefusalAlert error={loaded.error} onRetry={loaded.refresh} />
        <ol className="home-steps" aria-busy={loaded.loading}>
          {STEPS.map(({ id, title, why, path }) => {
            const state = loaded.data?.[id];
            return (
              <li key={id} data-step={id} data-state={state ?? 'loading'}>
                <div className="home-step">
                  <div>
                    <AppLink to={path}>{title}</AppLink>
                    <Box variant="small" display="block">{why}</Box>
                  </div>
                  {state ? <StatusIndicator type={STATUS[state].type}>{STATUS[state].text}</StatusIndicator>
                    : !loaded.error && <StatusIndicator type="loading">Looking</StatusIndicator>}
                </div>
              </li>
            );
          })}
        </ol>
      </SpaceBetween>
    </Container>
  );
}

function Services({ title, services }: { title: string; services: ServiceEntry[] }) {
  return (
    <Container header={<Header variant="h2">{title}</Header>}>
      <ul className="home-services" aria-label={title}>
        {services.map(({ id, title: name, description }) => (
          <li key={id}><AppLink to={`/${id}`}>{name}</AppLink><Box variant="small" display="block">{description}</Box></li>
        ))}
      </ul>
    </Container>
  );
}

function Recommendations() {
  const loaded = useLoad('account summary', async (signal) => (await call('iam', 'GetAccountSummary', {}, { signal })).SummaryMap ?? {},
    { changesOf: ['iam'] });
  return (
    <Container header={<Header variant="h2">IAM security recommendations</Header>}>
      <SpaceBetween size="s">
        <RefusalAlert error={loaded.error} onRetry={loaded.refresh} />
        {loaded.loading && <StatusIndicator type="loading">Looking</StatusIndicator>}
        {loaded.data && (
          <ul className="home-services">
            {advice(loaded.data).map(({ good, text, path }) => (
              <li key={text}>
                <StatusIndicator type={good ? 'success' : 'warning'}>{good ? text : <AppLink to={path}>{text}</AppLink>}</StatusIndicator>
              </li>
            ))}
          </ul>
        )}
      </SpaceBetween>
    </Container>
  );
}

export function Home() {
  const recent = recentVisits().flatMap((id) => SERVICES.filter((service) => service.id === id));
  return (
    <ContentLayout header={<Header variant="h1">Console Home</Header>}>
      <div className="home-columns">
        <Checklist />
        <SpaceBetween size="l">
          {recent.length > 0 && <Services title="Recently visited" services={recent} />}
          <Recommendations />
          <Services title="Services" services={SERVICES} />
        </SpaceBetween>
      </div>
    </ContentLayout>
  );
}
