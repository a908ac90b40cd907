import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router-dom';

import { ResourceTable, Status, useQuery } from '@/kit';
import { ActionDialog, DeleteDialog } from '../resources/actions';
import { SelectField, TextField } from '../resources/fields';
import { nameOf } from '../resources/format';
import { PageTabs, ResourcePage } from '../resources/resource-page';
import { compact } from '../resources/steps';
import { TagsPanel } from '../resources/tags-panel';
import { IdLink, idColumn, nameColumn, searchText } from './columns';
import { useVpcs, vpcChoices } from './lookups';
import type { InternetGateway } from './types';

const vpcOf = (gateway: InternetGateway) => gateway.Attachments?.[0]?.VpcId;
// EC2 says "available" of the attachment of an internet gateway.
const stateOf = (gateway: InternetGateway) => (vpcOf(gateway) ? 'attached' : 'detached');

export function GatewayList() {
  const [creating, setCreating] = useState(false);
  const create = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      Create internet gateway
    </Button>
  );
  return (
    <>
      <ResourceTable<InternetGateway>
        name="vpc-gateways"
        title="Internet gateways"
        variant="full-page"
        source={{ service: 'ec2', operation: 'DescribeInternetGateways', items: (out) => out.InternetGateways }}
        idOf={(gateway) => gateway.InternetGatewayId}
        search={{
          placeholder: 'Find internet gateways',
          text: (one) => searchText(one.InternetGatewayId, nameOf(one.Tags), vpcOf(one)),
        }}
        columns={[
          nameColumn<InternetGateway>(),
          idColumn<InternetGateway>('Internet gateway ID', (gateway) => gateway.InternetGatewayId),
          { id: 'state', header: 'State', cell: (gateway) => <Status status={stateOf(gateway)} />, sort: stateOf, width: 140 },
          { id: 'vpc', header: 'VPC ID', cell: (gateway) => <IdLink id={vpcOf(gateway)} />, sort: vpcOf, width: 240 },
          { id: 'owner', header: 'Owner', cell: (gateway) => gateway.OwnerId, width: 140 },
        ]}
        actions={() => create}
        empty={{ title: 'No internet gateways', action: create }}
      />
      {creating && <CreateGateway onClose={() => setCreating(false)} />}
    </>
  );
}

function CreateGateway({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const tags = name ? [{ ResourceType: 'internet-gateway', Tags: [{ Key: 'Name', Value: name }] }] : [];
  return (
    <ActionDialog
      title="Create internet gateway"
      submit="Create internet gateway"
      success="The internet gateway was created."
      onClose={onClose}
      steps={[{ service: 'ec2', operation: 'CreateInternetGateway', input: compact({ TagSpecifications: tags }) }]}
    >
      <TextField label="Name" isOptional value={name} onChange={setName} hint="Attach it to a VPC afterwards." />
    </ActionDialog>
  );
}

function Attach({ gateway, onClose }: { gateway: string; onClose: () => void }) {
  const vpcs = useVpcs();
  const [vpc, setVpc] = useState('');
  return (
    <ActionDialog
      title="Attach to a VPC"
      submit="Attach internet gateway"
      success={`${gateway} was attached.`}
      onClose={onClose}
      isValid={vpc !== ''}
      steps={[
        { service: 'ec2', operation: 'AttachInternetGateway', input: { InternetGatewayId: gateway, VpcId: vpc || 'VPC_ID' } },
      ]}
    >
      <SelectField label="VPC" value={vpc} options={vpcChoices(vpcs.data)} isLoading={vpcs.loading} onChange={setVpc} />
    </ActionDialog>
  );
}

export function GatewayDetail() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<'attach' | 'detach' | 'delete'>();
  const close = () => setDialog(undefined);
  const asked = useQuery<{ InternetGateways?: InternetGateway[] }>('ec2', 'DescribeInternetGateways', {
    InternetGatewayIds: [id],
  });
  const attached = asked.data?.InternetGateways?.[0] && vpcOf(asked.data.InternetGateways[0]);
  return (
    <>
      <ResourcePage
        title={id}
        from={asked}
        pick={(out) => out.InternetGateways?.[0]}
        missing="There is no such internet gateway in this Region."
        actions={(gateway) => (
          <>
            {vpcOf(gateway) ? (
              <Button onClick={() => setDialog('detach')}>Detach from VPC</Button>
            ) : (
              <Button onClick={() => setDialog('attach')}>Attach to VPC</Button>
            )}
            <Button onClick={() => setDialog('delete')}>Delete internet gateway</Button>
          </>
        )}
        summary={(gateway) => [
          { label: 'Name', value: nameOf(gateway.Tags) },
          { label: 'State', value: <Status status={stateOf(gateway)} /> },
          { label: 'VPC ID', value: <IdLink id={vpcOf(gateway)} /> },
          { label: 'Owner', value: gateway.OwnerId },
        ]}
      >
        {(gateway) => (
          <PageTabs
            tabs={[
              {
                id: 'tags',
                label: 'Tags',
                content: <TagsPanel of={{ service: 'ec2', resource: id }} tags={gateway.Tags ?? []} />,
              },
            ]}
          />
        )}
      </ResourcePage>
      {dialog === 'attach' && <Attach gateway={id} onClose={close} />}
      {dialog === 'detach' && attached && (
        <ActionDialog
          title={`Detach ${id}?`}
          submit="Detach"
          success={`${id} was detached.`}
          onClose={close}
          steps={[{ service: 'ec2', operation: 'DetachInternetGateway', input: { InternetGatewayId: id, VpcId: attached } }]}
        >
          <div>Databases and caches in {attached} can then be reached from within it only.</div>
        </ActionDialog>
      )}
      {dialog === 'delete' && (
        <DeleteDialog
          title={`Delete ${id}?`}
          name={id}
          success={`${id} was deleted.`}
          onClose={close}
          onDone={() => navigate('/vpc/internet-gateways')}
          steps={[{ service: 'ec2', operation: 'DeleteInternetGateway', input: { InternetGatewayId: id } }]}
        />
      )}
    </>
  );
}
