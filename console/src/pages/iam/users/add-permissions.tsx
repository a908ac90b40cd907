// Adding permissions to a user that exists.
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';
import { LoadedPart, useFlash, useLoad } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { everything, useSteps } from '../parts/api';
import { Page } from '../parts/page';
import type { AttachedPolicy, Group } from '../parts/types';
import { NO_PERMISSIONS, PermissionsFields, permissionSteps } from './permissions-step';

export function AddPermissions() {
  const { name = '' } = useParams();
  const navigate = useNavigate();
  const flash = useFlash();
  const running = useSteps();
  const [choice, setChoice] = useState(NO_PERMISSIONS);
  const back = `/iam/users/${encodeURIComponent(name)}`;
  const loaded = useLoad(`has ${name}`, async (signal) => ({
    groups: (await everything<Group>('iam', 'ListGroupsForUser', 'Groups', { UserName: name }, signal)).map((group) => group.GroupName),
    policies: (await everything<AttachedPolicy>('iam', 'ListAttachedUserPolicies', 'AttachedPolicies', { UserName: name }, signal)).map((one) => one.PolicyArn),
  }));
  const steps = permissionSteps(name, choice);
  const submit = async () => {
    if (!(await running.run(steps))) return;
    flash.success(`Permissions added to ${name}.`);
    navigate(back);
  };
  return (
    <Page title={`Add permissions to ${name}`}>
      <Form actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={() => navigate(back)}>Cancel</Button>
          <Button variant="primary" disabled={steps.length === 0} loading={running.pending} onClick={submit}>Add permissions</Button>
        </SpaceBetween>
      }>
        <SpaceBetween size="l">
          <LoadedPart from={loaded}>{(has) => <PermissionsFields choice={choice} onChange={setChoice} exclude={has} />}</LoadedPart>
          <StepsRefusal running={running} />
          <StepsCli steps={steps} />
        </SpaceBetween>
      </Form>
    </Page>
  );
}
