// The organization itself: what it is, its resource policy, leaving it and deleting it.
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { announceChange, call, ConfirmDelete, Copyable, KeyValue, LoadedPart, session, useLoad } from '@/kit';
import { StepsCli } from '../iam/parts/action-modal';
import { organizations, orNothing } from '../iam/parts/api';
import { Page } from '../iam/parts/page';
import { prettyDocument } from '../iam/parts/text';
import type { Organization } from './data';
import { InOrganization } from './in-organization';
import { Invitations } from './invitations';

function ResourcePolicy() {
  const loaded = useLoad<{ text?: string }>('organization-resource-policy', async (signal) => {
    const out = await orNothing(organizations('DescribeResourcePolicy', {}, signal), 'ResourcePolicyNotFoundException');
    return { text: out && prettyDocument(out.ResourcePolicy.Content) };
  }, { changesOf: ['organizations'] });
  return (
    <Container header={<Header variant="h2" description="Lets member accounts manage policies of the organization.">Delegation policy</Header>}>
      <LoadedPart from={loaded}>
        {({ text }) => (text ? <pre className="kit-code" tabIndex={0}>{text}</pre> : <Box color="text-body-secondary">There is none.</Box>)}
      </LoadedPart>
    </Container>
  );
}

function SettingsView({ organization }: { organization: Organization }) {
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const management = organization.MasterAccountId === session().account;
  const operation = management ? 'DeleteOrganization' : 'LeaveOrganization';
  const word = management ? 'Delete organization' : 'Leave organization';
  return (
    <Page title="Settings" actions={<Button onClick={() => setOpen(true)}>{word}</Button>}>
      <Container header={<Header variant="h2">Organization details</Header>}>
        <KeyValue items={[
          { label: 'Organization ID', value: <Copyable text={organization.Id} label="Copy the ID" /> },
          { label: 'Features', value: organization.FeatureSet === 'ALL' ? 'All features' : 'Consolidated billing' },
          { label: 'Management account', value: `${organization.MasterAccountId} (${organization.MasterAccountEmail})` },
          { label: 'ARN', value: <Copyable text={organization.Arn} label="Copy the ARN" /> },
        ]} />
      </Container>
      {management && <ResourcePolicy />}
      {!management && <Alert type="info">The management account may remove this account from the organization, too.</Alert>}
      {open && (
        <ConfirmDelete visible title={`${word}?`} typed={organization.Id} button={word} onClose={() => setOpen(false)}
          warning={management ? 'All member accounts must have left. Policies and units are deleted.' : 'The organization\'s policies no longer limit this account.'}
          onDelete={async () => {
            await call('organizations', operation);
            announceChange('organizations');
            navigate('/organizations');
          }} cli={<StepsCli steps={[{ service: 'organizations', operation, input: {} }]} />} />
      )}
    </Page>
  );
}

export function Settings() {
  return <InOrganization>{(organization) => <SettingsView organization={organization} />}</InOrganization>;
}

export function InvitationsPage() {
  return (
    <InOrganization>
      {(organization) => (
        <Page title="Invitations"><Invitations ofOrganization={organization.MasterAccountId === session().account} /></Page>
      )}
    </InOrganization>
  );
}
