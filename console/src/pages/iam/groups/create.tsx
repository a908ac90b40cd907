// Creating a user group: its name, its users, its policies.
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { useFlash } from '@/kit';
import { StepsCli, StepsRefusal } from '../parts/action-modal';
import { useSteps, type Step } from '../parts/api';
import { attachSteps } from '../parts/entity';
import { Page } from '../parts/page';
import { PolicyPicker } from '../parts/policy-picker';
import type { AttachedPolicy } from '../parts/types';
import { UserPicker } from '../parts/user-picker';

const NAME = /^[\w+=,.@-]{1,128}$/;

export function CreateGroup() {
  const navigate = useNavigate();
  const flash = useFlash();
  const running = useSteps();
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [users, setUsers] = useState<string[]>([]);
  const [policies, setPolicies] = useState<AttachedPolicy[]>([]);
  const problem = NAME.test(name) ? undefined : 'Enter a name of letters, digits and +=,.@_- .';
  const steps: Step[] = [
    { operation: 'CreateGroup', input: { GroupName: name }, title: `create ${name}` },
    ...users.map((UserName) => ({ operation: 'AddUserToGroup', input: { GroupName: name, UserName }, title: `add ${UserName}` })),
    ...attachSteps({ kind: 'Group', name }, policies),
  ];
  const submit = async () => {
    setTried(true);
    if (problem || !(await running.run(steps))) return;
    flash.success(`${name} user group created.`);
    navigate(`/iam/groups/${encodeURIComponent(name)}`);
  };
  return (
    <Page title="Create user group">
      <Form actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={() => navigate('/iam/groups')}>Cancel</Button>
          <Button variant="primary" loading={running.pending} onClick={submit}>Create user group</Button>
        </SpaceBetween>
      }>
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Name the group</Header>}>
            <FormField label="User group name" description="Enter a meaningful name to identify this group." errorText={tried ? problem : undefined}
              constraintText="Letters, digits and +=,.@_- ; at most 128 characters.">
              <Input value={name} onChange={({ detail }) => setName(detail.value)} />
            </FormField>
          </Container>
          <Container><UserPicker title="Add users to the group - optional" selected={users} onSelect={setUsers} /></Container>
          <Container><PolicyPicker title="Attach permissions policies - optional" selected={policies} onSelect={setPolicies}
            description="At most 10. All users of the group have the permissions of these policies." /></Container>
          <StepsRefusal running={running} />
          <StepsCli steps={steps} />
        </SpaceBetween>
      </Form>
    </Page>
  );
}
