import Header from '@cloudscape-design/components/header';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Box from '@cloudscape-design/components/box';
import { AppLink } from '../kit/link';
import { SERVICES } from '../services';
import { recentVisits } from '../shell/recent';

export function Home() {
  const recent = recentVisits().flatMap((id) => SERVICES.filter((service) => service.id === id));
  return (
    <ContentLayout header={<Header variant="h1">Console Home</Header>}>
      <Container header={<Header variant="h2">{recent.length > 0 ? 'Recently visited' : 'Services'}</Header>}>
        <SpaceBetween size="s">
          {(recent.length > 0 ? recent : SERVICES).map(({ id, title, description }) => (
            <div key={id}><AppLink to={`/${id}`}>{title}</AppLink><Box variant="small" display="block">{description}</Box></div>
          ))}
        </SpaceBetween>
      </Container>
    </ContentLayout>
  );
}
