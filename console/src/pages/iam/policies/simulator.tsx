// What policies allow: for one identity, or for all of them ("who may do this"), as the service itself would decide.
import Alert from '@cloudscape-design/components/alert';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Textarea from '@cloudscape-design/components/textarea';
import { useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { AppLink, asApiError, RefusalAlert, useLoad, type ApiError } from '@/kit';
import { StepsCli } from '../parts/action-modal';
import { compact, everything, iam, mapBounded } from '../parts/api';
import { entityPath, type Entity, type EntityKind } from '../parts/entity';
import { Page } from '../parts/page';
import { SmallTable } from '../parts/small-table';
import { plural } from '../parts/text';
import type { Group, Role, User } from '../parts/types';

// "Who may do this" asks once for each identity; more would keep the service busy for long.
const IDENTITIES_MAX = 500;

interface Matched { SourcePolicyId: string; SourcePolicyType?: string; StartPosition?: { Line: number; Column: number } }
interface Result {
  EvalActionName: string;
  EvalResourceName: string;
  EvalDecision: 'allowed' | 'explicitDeny' | 'implicitDeny';
  MatchedStatements?: Matched[];
  MissingContextValues?: string[];
  OrganizationsDecisionDetail?: { AllowedByOrganizations: boolean };
  PermissionsBoundaryDecisionDetail?: { AllowedByPermissionsBoundary: boolean };
  who?: Entity;
}
interface Known { arn: string; entity: Entity }
interface Question { actions: string[]; resources: string[]; context: { key: string; value: string }[] }

const lines = (text: string) => text.split(/[\n,]/).map((line) => line.trim()).filter(Boolean);

function inputOf(arn: string, { actions, resources, context }: Question) {
  return compact({
    PolicySourceArn: arn, ActionNames: actions, ResourceArns: resources, MaxItems: 1000,
    ContextEntries: context.map(({ key, value }) => ({ ContextKeyName: key, ContextKeyValues: [value], ContextKeyType: 'string' })),
  });
}

async function identities(signal: AbortSignal): Promise<Known[]> {
  const [users, groups, roles] = await Promise.all([
    everything<User>('iam', 'ListUsers', 'Users', {}, signal),
    everything<Group>('iam', 'ListGroups', 'Groups', {}, signal),
    everything<Role>('iam', 'ListRoles', 'Roles', {}, signal),
  ]);
  const known = (kind: EntityKind) => (arn: string, name: string): Known => ({ arn, entity: { kind, name } });
  return [
    ...users.map((one) => known('User')(one.Arn, one.UserName)),
    ...groups.map((one) => known('Group')(one.Arn, one.GroupName)),
    ...roles.map((one) => known('Role')(one.Arn, one.RoleName)),
  ];
}

const DECISIONS: Record<Result['EvalDecision'], { type: 'success' | 'error' | 'stopped'; text: string }> = {
  allowed: { type: 'success', text: 'Allowed' },
  explicitDeny: { type: 'error', text: 'Denied explicitly' },
  implicitDeny: { type: 'stopped', text: 'Denied: nothing allows it' },
};

function why(result: Result): string[] {
  const matched = (result.MatchedStatements ?? []).map(({ SourcePolicyId, StartPosition }) =>
    `${SourcePolicyId}${StartPosition ? `, line ${StartPosition.Line}, column ${StartPosition.Column}` : ''}`);
  return [
    ...matched,
    ...(result.OrganizationsDecisionDetail?.AllowedByOrganizations === false ? ['An organization\'s policy does not allow it'] : []),
    ...(result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false ? ['The permissions boundary does not allow it'] : []),
    ...(result.MissingContextValues?.length ? [`Depends on ${result.MissingContextValues.join(', ')}`] : []),
  ];
}

function Results({ results, whose }: { results: Result[]; whose: boolean }) {
  const allowed = results.filter((one) => one.EvalDecision === 'allowed').length;
  return (
    <SmallTable<Result> title="Results" items={results} filter={results.length > 10 ? 'Search results' : undefined}
      counter={`(${allowed} of ${results.length} allowed)`}
      keyOf={(one) => `${one.who?.kind} ${one.who?.name} ${one.EvalActionName} ${one.EvalResourceName}`}
      columns={[
        ...(whose ? [{ header: 'Who', text: (one: Result) => `${one.who!.kind} ${one.who!.name}`,
          cell: (one: Result) => <AppLink to={entityPath(one.who!)}>{`${one.who!.kind} ${one.who!.name}`}</AppLink> }] : []),
        { header: 'Action', text: (one) => one.EvalActionName, cell: (one) => <span className="kit-wrap">{one.EvalActionName}</span> },
        { header: 'Resource', text: (one) => one.EvalResourceName, cell: (one) => <span className="kit-wrap">{one.EvalResourceName}</span> },
        { header: 'Decision', text: (one) => one.EvalDecision, cell: (one) => (
          <StatusIndicator type={DECISIONS[one.EvalDecision].type} wrapText>{DECISIONS[one.EvalDecision].text}</StatusIndicator>) },
        { header: 'Decided by', cell: (one) => why(one).map((text, index) => <div key={index} className="kit-wrap">{text}</div>) },
      ]} />
  );
}

interface Run { results?: Result[]; error?: ApiError; failed: string[]; pending: boolean; asked?: number }

// Asks for one or many; an identity that may not be asked about is named, and the others are still answered.
function useSimulation() {
  const [run, setRun] = useState<Run>({ failed: [], pending: false });
  const start = async (whom: Known[], question: Question) => {
    setRun({ failed: [], pending: true });
    const failed: string[] = [];
    let error: ApiError | undefined;
    const found = await mapBounded(whom, async ({ arn, entity }) => {
      try {
        const out = await iam('SimulatePrincipalPolicy', inputOf(arn, question));
        return (out.EvaluationResults as Result[]).map((result) => ({ ...result, who: entity }));
      } catch (thrown) {
        failed.push(entity.name);
        error = asApiError(thrown);
        return [];
      }
    });
    setRun({ results: found.flat(), error, failed, pending: false, asked: whom.length });
  };
  return { ...run, start };
}

function ContextFields({ entries, onChange }: { entries: string; onChange: (text: string) => void }) {
  return (
    <ExpandableSection headerText="Condition keys - optional" variant="footer">
      <FormField label="One a line: key=value" constraintText="For example aws:SourceIp=203.0.113.7 or aws:MultiFactorAuthPresent=true">
        <Textarea rows={3} value={entries} onChange={({ detail }) => onChange(detail.value)} />
      </FormField>
    </ExpandableSection>
  );
}

export function Simulator() {
  const [params] = useSearchParams();
  const [mode, setMode] = useState('one');
  const [principal, setPrincipal] = useState(params.get('principal') ?? '');
  const [actions, setActions] = useState('');
  const [resources, setResources] = useState('*');
  const [context, setContext] = useState('');
  const loaded = useLoad<Known[]>('simulator-identities', identities);
  const simulation = useSimulation();
  const question: Question = { actions: lines(actions), resources: lines(resources),
    context: lines(context).map((line) => ({ key: line.split('=')[0], value: line.slice(line.indexOf('=') + 1) })) };
  const everybody = mode === 'all';
  const asked = everybody ? (loaded.data ?? []).slice(0, IDENTITIES_MAX)
    : [(loaded.data ?? []).find((one) => one.arn === principal) ?? { arn: principal, entity: { kind: 'User' as const, name: principal } }];
  const ready = question.actions.length > 0 && (everybody ? asked.length > 0 : principal !== '');
  const options = (loaded.data ?? []).map(({ arn, entity }) => ({ value: arn, description: `${entity.kind} ${entity.name}` }));
  return (
    <Page title="Policy simulator" description="What is allowed, decided as the service decides: identity policies, boundaries and the organization's policies.">
      <Container header={<Header variant="h2">Question</Header>}>
        <SpaceBetween size="m">
          <SegmentedControl label="Question" selectedId={mode} onChange={({ detail }) => setMode(detail.selectedId)}
            options={[{ id: 'one', text: 'What may this identity do?' }, { id: 'all', text: 'Who may do this?' }]} />
          <RefusalAlert error={loaded.error} onRetry={loaded.refresh} />
          {!everybody && (
            <FormField label="User, group or role">
              <Autosuggest value={principal} options={options} onChange={({ detail }) => setPrincipal(detail.value)} enteredTextLabel={(text) => `Use: ${text}`}
                placeholder="arn:aws:iam::111122223333:user/Alice" empty="No match" ariaLabel="User, group or role" statusType={loaded.loading ? 'loading' : 'finished'} />
            </FormField>
          )}
          {everybody && <Alert type="info">{loaded.data ? `All ${plural(loaded.data.length, 'identity', 'identities')} of this account are asked about${
            loaded.data.length > IDENTITIES_MAX ? `, but only the first ${IDENTITIES_MAX}` : ''}.` : 'Loading the identities.'}</Alert>}
          <FormField label="Actions" description="One a line." constraintText="For example rds:CreateDBCluster or ec2:Describe*; a wildcard is asked as it is written.">
            <Textarea rows={3} value={actions} placeholder="iam:CreateUser" onChange={({ detail }) => setActions(detail.value)} />
          </FormField>
          <FormField label="Resources" description="ARNs, one a line. An asterisk stands for any resource.">
            <Textarea rows={2} value={resources} onChange={({ detail }) => setResources(detail.value)} />
          </FormField>
          <ContextFields entries={context} onChange={setContext} />
          <Button variant="primary" disabled={!ready} loading={simulation.pending} onClick={() => simulation.start(asked, question)}>Run simulation</Button>
          {ready && !everybody && <StepsCli steps={[{ operation: 'SimulatePrincipalPolicy', input: inputOf(principal, question) }]} />}
        </SpaceBetween>
      </Container>
      {simulation.error && (
        <RefusalAlert error={simulation.error} header={simulation.failed.length > 1 || everybody
          ? `${plural(simulation.failed.length, 'identity', 'identities')} could not be asked about: ${simulation.failed.slice(0, 5).join(', ')}` : undefined} />
      )}
      {simulation.results && simulation.results.length > 0 && <Results results={simulation.results} whose={everybody} />}
    </Page>
  );
}
