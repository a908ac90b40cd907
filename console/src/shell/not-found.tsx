import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { AppLink } from '../kit/link';

export function NotFound() {
  return (
    <SpaceBetween size="m">
      <Header variant="h1">There is no such page</Header>
      <Box>The address may be mistyped, or what it led to has been deleted. <AppLink to="/">Go to Console Home</AppLink></Box>
    </SpaceBetween>
  );
}
