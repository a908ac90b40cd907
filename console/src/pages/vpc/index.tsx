// The VPC pages: networks, and who may connect to what is in them.
import type { ServicePages } from '@/kit';
import { CreateEndpointHelp, GroupHelp } from './help';
import { AclDetail, AclList } from './network-acls';
import { VpcCreate } from './create-vpc';
import { VpcDashboard } from './dashboard';
import { EndpointCreate, EndpointDetail, EndpointList } from './endpoints';
import { GatewayDetail, GatewayList } from './gateways';
import { GroupCreate } from './groups/create';
import { GroupDetail } from './groups/detail';
import { EditInbound, EditOutbound } from './groups/edit-rules';
import { GroupList } from './groups/list';
import { RouteTableDetail, RouteTableList } from './route-tables';
import { SubnetCreate, SubnetDetail, SubnetList } from './subnets';
import { VpcDetail, VpcList } from './vpcs';

const ofId = (params: Record<string, string>) => params.id ?? '';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'VPC dashboard', href: '/vpc' },
    {
      type: 'section',
      text: 'Virtual private cloud',
      items: [
        { type: 'link', text: 'Your VPCs', href: '/vpc/vpcs' },
        { type: 'link', text: 'Subnets', href: '/vpc/subnets' },
        { type: 'link', text: 'Route tables', href: '/vpc/route-tables' },
        { type: 'link', text: 'Internet gateways', href: '/vpc/internet-gateways' },
        { type: 'link', text: 'Endpoints', href: '/vpc/endpoints' },
      ],
    },
    {
      type: 'section',
      text: 'Security',
      items: [
        { type: 'link', text: 'Network ACLs', href: '/vpc/network-acls' },
        { type: 'link', text: 'Security groups', href: '/vpc/security-groups' },
      ],
    },
  ],
  pages: [
    { path: '', title: 'VPC dashboard', component: VpcDashboard, contentType: 'dashboard' },
    { path: 'vpcs', title: 'Your VPCs', component: VpcList, contentType: 'table' },
    { path: 'vpcs/create', title: 'Create VPC', component: VpcCreate, contentType: 'form' },
    { path: 'vpcs/:id', title: ofId, component: VpcDetail },
    { path: 'subnets', title: 'Subnets', component: SubnetList, contentType: 'table' },
    { path: 'subnets/create', title: 'Create subnet', component: SubnetCreate, contentType: 'form' },
    { path: 'subnets/:id', title: ofId, component: SubnetDetail },
    { path: 'route-tables', title: 'Route tables', component: RouteTableList, contentType: 'table' },
    { path: 'route-tables/:id', title: ofId, component: RouteTableDetail },
    { path: 'internet-gateways', title: 'Internet gateways', component: GatewayList, contentType: 'table' },
    { path: 'internet-gateways/:id', title: ofId, component: GatewayDetail },
    { path: 'endpoints', title: 'Endpoints', component: EndpointList, contentType: 'table' },
    {
      path: 'endpoints/create',
      title: 'Create endpoint',
      component: EndpointCreate,
      contentType: 'form',
      help: <CreateEndpointHelp />,
    },
    { path: 'endpoints/:id', title: ofId, component: EndpointDetail },
    { path: 'network-acls', title: 'Network ACLs', component: AclList, contentType: 'table' },
    { path: 'network-acls/:id', title: ofId, component: AclDetail },
    { path: 'security-groups', title: 'Security groups', component: GroupList, contentType: 'table' },
    { path: 'security-groups/create', title: 'Create security group', component: GroupCreate, help: <GroupHelp /> },
    { path: 'security-groups/:id', title: ofId, component: GroupDetail, help: <GroupHelp /> },
    {
      path: 'security-groups/:id/edit-inbound-rules',
      title: 'Edit inbound rules',
      component: EditInbound,
      help: <GroupHelp />,
    },
    {
      path: 'security-groups/:id/edit-outbound-rules',
      title: 'Edit outbound rules',
      component: EditOutbound,
      help: <GroupHelp />,
    },
  ],
};
export default service;
