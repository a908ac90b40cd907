// Every page of an organization first needs one: who has none is offered to create it or to join one.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import RadioGroup from '@cloudscape-design/components/radio-group';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState, type ReactNode } from 'react';
import { LoadedPart, session, useFlash, useLoad } from '@/kit';
import { ActionModal } from '../iam/parts/action-modal';
import { Page } from '../iam/parts/page';
import { organizationOf, type Organization } from './data';
import { Invitations } from './invitations';

function CreateOrganization({ onClose }: { onClose: () => void }) {
  const flash = useFlash();
  const [features, setFeatures] = useState('ALL');
  return (
    <ActionModal title="Create an organization" submit="Create organization" onClose={onClose} onDone={() => flash.success('Organization created.')}
      steps={[{ service: 'organizations', operation: 'CreateOrganization', input: { FeatureSet: features } }]}>
      <Box>This account becomes the management account. It cannot be a member, and no policy of the organization limits it.</Box>
      <RadioGroup ariaLabel="Features" value={features} onChange={({ detail }) => setFeatures(detail.value)} items={[
        { value: 'ALL', label: 'All features', description: 'With service control policies, resource control policies and trusted services. Recommended.' },
        { value: 'CONSOLIDATED_BILLING', label: 'Consolidated billing only' },
      ]} />
    </ActionModal>
  );
}

function None() {
  const [open, setOpen] = useState(false);
  return (
    <Page title="AWS Organizations" description="Several accounts under one roof: with a tree of units, and policies that limit what is possible in them.">
      <Container header={<Header variant="h2" actions={<Button variant="primary" onClick={() => setOpen(true)}>Create an organization</Button>}>This account is in no organization</Header>}>
        <Box>Create one to make further accounts and invite others, or accept an invitation below.</Box>
      </Container>
      <Invitations ofOrganization={false} />
      {open && <CreateOrganization onClose={() => setOpen(false)} />}
    </Page>
  );
}

export function InOrganization({ children }: { children: (organization: Organization) => ReactNode }) {
  const loaded = useLoad('organization', async (signal) => ({ organization: await organizationOf(signal) }), { changesOf: ['organizations'] });
  return (
    <LoadedPart from={loaded}>
      {({ organization }) => (organization ? (
        <SpaceBetween size="l">
          {organization.MasterAccountId !== session().account && (
            <Alert type="info">
              This is a member account. Most of this is for the management account {organization.MasterAccountId} and delegated administrators.
            </Alert>
          )}
          {children(organization)}
        </SpaceBetween>
      ) : <None />)}
    </LoadedPart>
  );
}
