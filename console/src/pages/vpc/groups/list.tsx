import Button from '@cloudscape-design/components/button';
import { useNavigate } from 'react-router-dom';

import { ResourceTable } from '@/kit';
import { nameOf } from '../../resources/format';
import { idColumn, nameColumn, searchText, vpcColumn } from '../columns';
import type { SecurityGroup } from '../types';

export function GroupsTable({ filters, isPage }: { filters?: unknown[]; isPage?: boolean }) {
  const navigate = useNavigate();
  const create = (
    <Button variant={isPage ? 'primary' : 'normal'} onClick={() => navigate('/vpc/security-groups/create')}>
      Create security group
    </Button>
  );
  return (
    <ResourceTable<SecurityGroup>
      name="vpc-groups"
      title="Security groups"
      variant={isPage ? 'full-page' : 'container'}
      source={{
        service: 'ec2',
        operation: 'DescribeSecurityGroups',
        input: filters ? { Filters: filters } : {},
        items: (out) => out.SecurityGroups,
      }}
      idOf={(group) => group.GroupId}
      search={{
        placeholder: 'Find security groups',
        text: (group) => searchText(group.GroupId, group.GroupName, nameOf(group.Tags), group.VpcId, group.Description),
      }}
      columns={[
        nameColumn<SecurityGroup>(),
        idColumn<SecurityGroup>('Security group ID', (group) => group.GroupId),
        {
          id: 'group-name',
          header: 'Security group name',
          cell: (group) => group.GroupName,
          sort: (group) => group.GroupName,
          width: 190,
        },
        vpcColumn<SecurityGroup>(),
        {
          id: 'description',
          header: 'Description',
          cell: (group) => group.Description,
          sort: (group) => group.Description,
          width: 240,
        },
        { id: 'owner', header: 'Owner', cell: (group) => group.OwnerId, hidden: true },
      ]}
      actions={() => create}
      empty={{
        title: 'No security groups',
        text: 'A security group says who may connect to databases, caches and instances.',
        action: create,
      }}
    />
  );
}

export const GroupList = () => <GroupsTable isPage />;
