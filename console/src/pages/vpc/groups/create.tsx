import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { type Tag } from '@/kit';
import { clientAddress } from '../../resources/client-address';
import { SelectField, TextField } from '../../resources/fields';
import { FormPage } from '../../resources/form-page';
import { compact, type Output, type Step } from '../../resources/steps';
import { TagsContainer } from '../../resources/tags-panel';
import { useForm, type Problems } from '../../resources/use-form';
import { groupPath } from '../columns';
import { defaultVpc, useGroups, useVpcs, vpcChoices } from '../lookups';
import { RuleRows } from './rule-rows';
import { allTraffic, emptyRow, isFaulty, permissionOf, problemsOf, type RuleRow } from './rules';

interface Values {
  name: string;
  description: string;
  vpc: string;
  inbound: RuleRow[];
  outbound: RuleRow[];
  tags: Tag[];
}

const faulty = (rows: RuleRow[], side: 'Source' | 'Destination') => rows.some((row) => isFaulty(problemsOf(row, side)));

function check(values: Values): Problems<Values> {
  const out: Problems<Values> = {};
  if (!values.name.trim()) out.name = 'Enter a name.';
  else if (/^sg-/i.test(values.name)) out.name = 'A name does not begin with sg-.';
  if (!values.description.trim()) out.description = 'Enter a description.';
  if (faulty(values.inbound, 'Source')) out.inbound = 'Some rules need another value.';
  if (faulty(values.outbound, 'Destination')) out.outbound = 'Some rules need another value.';
  return out;
}

const groupIdOf = (outputs: Output[]) => String(outputs[0]?.GroupId ?? '');
const isDefault = (row: RuleRow) => JSON.stringify(permissionOf(row)) === JSON.stringify(permissionOf(allTraffic()));

// EC2 makes a group with one outbound rule, that allows all.
function stepsOf(values: Values, vpc: string): Step[] {
  const tags = values.tags.filter((tag) => tag.Key);
  const steps: Step[] = [
    {
      service: 'ec2',
      operation: 'CreateSecurityGroup',
      sample: { GroupId: 'sg-OF-THE-NEW-GROUP' },
      input: compact({
        GroupName: values.name.trim(),
        Description: values.description.trim(),
        VpcId: vpc,
        TagSpecifications: tags.length > 0 ? [{ ResourceType: 'security-group', Tags: tags }] : [],
      }),
      done: (output) => `Security group ${groupIdOf([output])} was created.`,
    },
  ];
  const permissions = (operation: string, rows: RuleRow[]): Step => ({
    service: 'ec2',
    operation,
    input: (outputs) => ({ GroupId: groupIdOf(outputs), IpPermissions: rows.map(permissionOf) }),
  });
  const outbound = values.outbound.filter((row) => !isDefault(row));
  if (values.inbound.length > 0) steps.push(permissions('AuthorizeSecurityGroupIngress', values.inbound));
  if (outbound.length > 0) steps.push(permissions('AuthorizeSecurityGroupEgress', outbound));
  if (!values.outbound.some(isDefault)) steps.push(permissions('RevokeSecurityGroupEgress', [allTraffic()]));
  return steps;
}

export function GroupCreate() {
  const form = useForm<Values>({ name: '', description: '', vpc: '', inbound: [], outbound: [allTraffic()], tags: [] }, check);
  const { values, set, problem } = form;
  const vpcs = useVpcs();
  const groups = useGroups();
  const vpc = values.vpc || defaultVpc(vpcs.data);
  const shared = { groups: groups.data, vpc, clientAddress: clientAddress() };
  return (
    <FormPage
      title="Create security group"
      submit="Create security group"
      cancel="/vpc/security-groups"
      isLoading={vpcs.loading}
      description="A firewall for what is in it: databases, caches and instances. It controls inbound and outbound traffic."
      isValid={form.isValid}
      onInvalid={form.showProblems}
      steps={stepsOf(values, vpc)}
      success={(outputs) => `Security group ${values.name} (${groupIdOf(outputs)}) was created.`}
      next={(outputs) => groupPath(groupIdOf(outputs))}
    >
      <Container header={<Header variant="h2">Basic details</Header>}>
        <SpaceBetween size="l">
          <TextField
            label="Security group name"
            value={values.name}
            onChange={(name) => set({ name })}
            problem={problem('name')}
            placeholder="MyDatabaseGroup"
            hint="The name cannot be edited after creation."
          />
          <TextField
            label="Description"
            value={values.description}
            onChange={(description) => set({ description })}
            problem={problem('description')}
            placeholder="Who may connect to my database"
          />
          <SelectField
            label="VPC"
            value={vpc}
            options={vpcChoices(vpcs.data)}
            isLoading={vpcs.loading}
            onChange={(next) => set({ vpc: next })}
            empty="There is no VPC in this Region. Create a default VPC on the VPC dashboard."
          />
        </SpaceBetween>
      </Container>
      <Container header={<Header variant="h2">Inbound rules</Header>}>
        <RuleRows
          side="Source"
          rows={values.inbound}
          onChange={(inbound) => set({ inbound })}
          showsProblems={problem('inbound') !== undefined}
          onAdd={() => set({ inbound: [...values.inbound, emptyRow()] })}
          empty="This security group has no inbound rules: nobody can connect."
          {...shared}
        />
      </Container>
      <Container
        header={
          <Header variant="h2" description="By default, all outbound traffic is allowed.">
            Outbound rules <i>- optional</i>
          </Header>
        }
      >
        <RuleRows
          side="Destination"
          rows={values.outbound}
          onChange={(outbound) => set({ outbound })}
          showsProblems={problem('outbound') !== undefined}
          onAdd={() => set({ outbound: [...values.outbound, emptyRow()] })}
          empty="This security group has no outbound rules."
          {...shared}
        />
      </Container>
      <TagsContainer tags={values.tags} onChange={(next) => set({ tags: next })} />
    </FormPage>
  );
}
