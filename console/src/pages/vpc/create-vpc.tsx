import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';

import type { Tag } from '@/kit';
import { CheckField, SelectField, TextField } from '../resources/fields';
import { FormPage } from '../resources/form-page';
import { compact, type Output, type Step } from '../resources/steps';
import { TagsContainer } from '../resources/tags-panel';
import { useForm, type Problems } from '../resources/use-form';
import { vpcPath } from './columns';
import { isIpv4Block, partOf } from './groups/rules';
import { useZones } from './lookups';
import type { Vpc } from './types';

interface Values {
  kind: 'vpc' | 'more';
  name: string;
  block: string;
  hasIpv6: boolean;
  zones: string;
  isPublic: boolean;
  tags: Tag[];
}

function check({ block, kind }: Values): Problems<Values> {
  if (!isIpv4Block(block)) return { block: 'Enter a CIDR block such as 10.0.0.0/16.' };
  const size = Number(block.split('/')[1]);
  if (size < 16 || size > 28) return { block: 'The block has a size from /16 to /28.' };
  return kind === 'more' && size > 24 ? { block: 'Choose at least a /24, so that the subnets have room.' } : {};
}

const vpcIdOf = (outputs: Output[]) => String((outputs[0]?.Vpc as Vpc | undefined)?.VpcId ?? '');

function stepsOf(values: Values, zoneNames: string[]): Step[] {
  const named = (suffix: string, type: string, extra: Tag[] = []) => {
    const tags = [
      ...(values.name ? [{ Key: 'Name', Value: suffix ? `${values.name}-${suffix}` : values.name }] : []),
      ...extra,
    ];
    return tags.length > 0 ? [{ ResourceType: type, Tags: tags }] : [];
  };
  const steps: Step[] = [
    {
      service: 'ec2',
      operation: 'CreateVpc',
      sample: { Vpc: { VpcId: 'vpc-OF-THE-NEW-VPC' } },
      input: compact({
        CidrBlock: values.block,
        AmazonProvidedIpv6CidrBlock: values.hasIpv6 || undefined,
        TagSpecifications: named(
          '',
          'vpc',
          values.tags.filter((tag) => tag.Key),
        ),
      }),
      done: (output) => `VPC ${vpcIdOf([output])} was created.`,
    },
  ];
  if (values.kind === 'vpc') return steps;
  steps.push({
    service: 'ec2',
    operation: 'ModifyVpcAttribute',
    input: (outputs) => ({ VpcId: vpcIdOf(outputs), EnableDnsHostnames: { Value: true } }),
  });
  zoneNames.slice(0, Number(values.zones)).forEach((zone, index) =>
    steps.push({
      service: 'ec2',
      operation: 'CreateSubnet',
      input: (outputs) =>
        compact({
          VpcId: vpcIdOf(outputs),
          AvailabilityZone: zone,
          CidrBlock: partOf(values.block, index),
          TagSpecifications: named(`subnet-${zone}`, 'subnet'),
        }),
      done: () => `The subnet in ${zone} was created.`,
    }),
  );
  if (!values.isPublic) return steps;
  const gatewayAt = steps.length;
  const gatewayOf = (outputs: Output[]) =>
    String((outputs[gatewayAt]?.InternetGateway as { InternetGatewayId?: string } | undefined)?.InternetGatewayId);
  const tablesAt = gatewayAt + 2;
  const tableOf = (outputs: Output[]) =>
    String((outputs[tablesAt]?.RouteTables as { RouteTableId?: string }[] | undefined)?.[0]?.RouteTableId);
  steps.push(
    {
      service: 'ec2',
      operation: 'CreateInternetGateway',
      sample: { InternetGateway: { InternetGatewayId: 'igw-OF-THE-NEW-GATEWAY' } },
      input: compact({ TagSpecifications: named('igw', 'internet-gateway') }),
      done: () => 'The internet gateway was created.',
    },
    {
      service: 'ec2',
      operation: 'AttachInternetGateway',
      input: (outputs) => ({ InternetGatewayId: gatewayOf(outputs), VpcId: vpcIdOf(outputs) }),
    },
    {
      service: 'ec2',
      operation: 'DescribeRouteTables',
      sample: { RouteTables: [{ RouteTableId: 'rtb-MAIN-OF-THE-NEW-VPC' }] },
      input: (outputs) => ({
        Filters: [
          { Name: 'vpc-id', Values: [vpcIdOf(outputs)] },
          { Name: 'association.main', Values: ['true'] },
        ],
      }),
    },
    {
      service: 'ec2',
      operation: 'CreateRoute',
      input: (outputs) => ({
        RouteTableId: tableOf(outputs),
        DestinationCidrBlock: '0.0.0.0/0',
        GatewayId: gatewayOf(outputs),
      }),
    },
  );
  return steps;
}

export function VpcCreate() {
  const form = useForm<Values>(
    { kind: 'vpc', name: '', block: '10.0.0.0/16', hasIpv6: false, zones: '2', isPublic: true, tags: [] },
    check,
  );
  const { values, set, problem } = form;
  const zones = useZones();
  const names = (zones.data ?? []).map((zone) => zone.ZoneName);
  return (
    <FormPage
      title="Create VPC"
      submit="Create VPC"
      cancel="/vpc/vpcs"
      isValid={form.isValid}
      onInvalid={form.showProblems}
      isLoading={values.kind === 'more' && zones.loading}
      steps={stepsOf(values, names)}
      success={(outputs) => `VPC ${vpcIdOf(outputs)} was created.`}
      next={(outputs) => vpcPath(vpcIdOf(outputs))}
    >
      <Container header={<Header variant="h2">VPC settings</Header>}>
        <SpaceBetween size="l">
          <FormField label="Resources to create">
            <Tiles
              value={values.kind}
              onChange={(e) => set({ kind: e.detail.value as Values['kind'] })}
              items={[
                { value: 'vpc', label: 'VPC only', description: 'A network without subnets.' },
                {
                  value: 'more',
                  label: 'VPC and more',
                  description: 'With subnets in several Availability Zones, and a way to the internet.',
                },
              ]}
            />
          </FormField>
          <TextField label="Name tag" isOptional value={values.name} onChange={(name) => set({ name })} placeholder="my-vpc" />
          <TextField
            label="IPv4 CIDR"
            value={values.block}
            onChange={(block) => set({ block: block.trim() })}
            problem={problem('block')}
            hint="From /16 to /28. The network of your office makes its addresses mean something in rules."
          />
          <CheckField
            label="Amazon-provided IPv6 CIDR block"
            checked={values.hasIpv6}
            onChange={(hasIpv6) => set({ hasIpv6 })}
          />
          {values.kind === 'more' && (
            <>
              <SelectField
                label="Number of Availability Zones"
                value={values.zones}
                onChange={(next) => set({ zones: next })}
                isLoading={zones.loading}
                options={['1', '2', '3'].slice(0, Math.max(1, names.length)).map((value) => ({ value, label: value }))}
                hint="DB subnet groups need two at least."
              />
              <CheckField
                label="Internet gateway, and a route to it"
                checked={values.isPublic}
                onChange={(isPublic) => set({ isPublic })}
                description="Without it, databases and caches are reached from within the VPC only."
              />
            </>
          )}
        </SpaceBetween>
      </Container>
      <TagsContainer tags={values.tags} onChange={(next) => set({ tags: next })} />
    </FormPage>
  );
}
