// Columns and links that the lists of the VPC pages share.
import type { ReactNode } from 'react';

import { AppLink, type Column, type Paging, type Source, type Tag } from '@/kit';
import { nameOf } from '../resources/format';
import type { RouteTable } from './types';

export const groupPath = (id: string) => `/vpc/security-groups/${id}`;
export const vpcPath = (id: string) => `/vpc/vpcs/${id}`;
export const subnetPath = (id: string) => `/vpc/subnets/${id}`;
export const tablePath = (id: string) => `/vpc/route-tables/${id}`;
export const aclPath = (id: string) => `/vpc/network-acls/${id}`;
export const gatewayPath = (id: string) => `/vpc/internet-gateways/${id}`;
export const endpointPath = (id: string) => `/vpc/endpoints/${id}`;

const pathOf: [RegExp, (id: string) => string][] = [
  [/^sg-/, groupPath],
  [/^vpc-/, vpcPath],
  [/^subnet-/, subnetPath],
  [/^rtb-/, tablePath],
  [/^acl-/, aclPath],
  [/^igw-/, gatewayPath],
  [/^vpce-/, endpointPath],
];

// An id as a link to its page, where there is one.
export function IdLink({ id }: { id?: string }) {
  if (!id) return <>-</>;
  const to = pathOf.find(([pattern]) => pattern.test(id))?.[1];
  return to ? <AppLink to={to(id)}>{id}</AppLink> : <>{id}</>;
}

export function IdLinks({ ids }: { ids?: (string | undefined)[] }) {
  const known = (ids ?? []).filter((id): id is string => !!id);
  if (known.length === 0) return <>-</>;
  return (
    <>
      {known.map((id, index) => (
        <span key={id}>
          {index > 0 && ', '}
          <IdLink id={id} />
        </span>
      ))}
    </>
  );
}

interface Tagged {
  Tags?: Tag[];
}

export function nameColumn<Item extends Tagged>(): Column<Item> {
  return {
    id: 'name',
    header: 'Name',
    cell: (item) => nameOf(item.Tags) || '-',
    sort: (item) => nameOf(item.Tags),
    width: 160,
  };
}

export function idColumn<Item>(
  header: string,
  idOf: (item: Item) => string,
  link: (id: string) => ReactNode = (id) => <IdLink id={id} />,
): Column<Item> {
  return { id: 'id', header, cell: (item) => link(idOf(item)), sort: idOf, isRowHeader: true, width: 240 };
}

export function vpcColumn<Item extends { VpcId?: string }>(): Column<Item> {
  return { id: 'vpc', header: 'VPC', cell: (item) => <IdLink id={item.VpcId} />, sort: (item) => item.VpcId, width: 230 };
}

export const searchText = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' ');
export const vpcFilter = (vpc: string) => [{ Name: 'vpc-id', Values: [vpc] }];

// DescribeRouteTables gives at most 100 at once where a number is asked for, and all where none is.
const unsized: Paging = { token: 'NextToken', next: 'NextToken', sizes: [20, 50, 100] };
export const routeTableSource = (filters?: unknown[]): Source<RouteTable> => ({
  service: 'ec2',
  operation: 'DescribeRouteTables',
  input: filters ? { Filters: filters } : {},
  paging: unsized,
  items: (out) => out.RouteTables,
});
