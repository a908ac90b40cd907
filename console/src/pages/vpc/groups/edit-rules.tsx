import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useState } from 'react';
import { useParams } from 'react-router-dom';

import { LoadedPart } from '@/kit';
import { clientAddress } from '../../resources/client-address';
import { FormPage } from '../../resources/form-page';
import type { Step } from '../../resources/steps';
import { groupPath } from '../columns';
import { useGroups } from '../lookups';
import { useAll } from '../../resources/use-all';
import { rulesOf } from './detail';
import { RuleRows } from './rule-rows';
import { differences, emptyRow, isFaulty, permissionOf, problemsOf, requestOf, rowOf, type RuleRow } from './rules';

// First what lets more in, then what lets less in: who is allowed before and after is allowed all the time.
function stepsOf(group: string, egress: boolean, before: RuleRow[], after: RuleRow[]): Step[] {
  const { added, changed, removed } = differences(before, after);
  const side = egress ? 'Egress' : 'Ingress';
  const steps: Step[] = [];
  if (changed.length > 0) {
    steps.push({
      service: 'ec2',
      operation: 'ModifySecurityGroupRules',
      done: () => `${changed.length} rules were changed.`,
      input: {
        GroupId: group,
        SecurityGroupRules: changed.map((row) => ({ SecurityGroupRuleId: row.ruleId, SecurityGroupRule: requestOf(row) })),
      },
    });
  }
  if (added.length > 0) {
    steps.push({
      service: 'ec2',
      operation: `AuthorizeSecurityGroup${side}`,
      done: () => `${added.length} rules were added.`,
      input: { GroupId: group, IpPermissions: added.map(permissionOf) },
    });
  }
  if (removed.length > 0) {
    steps.push({
      service: 'ec2',
      operation: `RevokeSecurityGroup${side}`,
      input: { GroupId: group, SecurityGroupRuleIds: removed.map((row) => row.ruleId) },
    });
  }
  return steps;
}

function Edit({ group, egress, before }: { group: string; egress: boolean; before: RuleRow[] }) {
  const [rows, setRows] = useState(before);
  const [tried, setTried] = useState(false);
  const groups = useGroups();
  const side = egress ? 'Destination' : 'Source';
  const word = egress ? 'outbound' : 'inbound';
  const vpc = groups.data?.find((one) => one.GroupId === group)?.VpcId;
  return (
    <FormPage
      title={`Edit ${word} rules`}
      submit="Save rules"
      cancel={groupPath(group)}
      steps={stepsOf(group, egress, before, rows)}
      description={
        egress
          ? 'Outbound rules say to whom what is in the group may connect.'
          : 'Inbound rules say who may connect to what is in the group.'
      }
      isValid={!rows.some((row) => isFaulty(problemsOf(row, side)))}
      onInvalid={() => setTried(true)}
      success={() => `The ${word} rules of ${group} were saved.`}
      next={() => `${groupPath(group)}?tab=${word}`}
    >
      <Container header={<Header variant="h2">{egress ? 'Outbound rules' : 'Inbound rules'}</Header>}>
        <RuleRows
          side={side}
          rows={rows}
          onChange={setRows}
          onAdd={() => setRows([...rows, emptyRow()])}
          groups={groups.data}
          vpc={vpc}
          clientAddress={clientAddress()}
          showsProblems={tried}
          empty={`This security group has no ${word} rules.`}
        />
      </Container>
    </FormPage>
  );
}

function EditRules({ egress }: { egress: boolean }) {
  const { id = '' } = useParams();
  const rules = useAll(rulesOf(id));
  return (
    <LoadedPart from={rules}>
      {(data) => (
        <Edit key={id} group={id} egress={egress} before={data.filter((rule) => rule.IsEgress === egress).map(rowOf)} />
      )}
    </LoadedPart>
  );
}

export const EditInbound = () => <EditRules egress={false} />;
export const EditOutbound = () => <EditRules egress />;
