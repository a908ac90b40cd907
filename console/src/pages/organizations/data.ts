// What the pages read of an organization.
import type { Tag } from '@/kit';
import { everything, mapBounded, organizations, orNothing } from '../iam/parts/api';

export interface Organization { Id: string; Arn: string; FeatureSet: string; MasterAccountId: string; MasterAccountEmail: string }
export interface Account {
  Id: string; Arn: string; Email: string; Name: string; Status?: string; State?: string; JoinedMethod: string; JoinedTimestamp: number;
}
export interface Unit { Id: string; Arn: string; Name: string }
export interface Root extends Unit { PolicyTypes?: { Type: string; Status: string }[] }
export interface PolicySummary { Id: string; Arn: string; Name: string; Description: string; Type: string; AwsManaged: boolean }
export interface Handshake {
  Id: string; State: string; Action: string; RequestedTimestamp: number; ExpirationTimestamp: number;
  Parties: { Id: string; Type: string }[]; Resources?: { Value?: string; Type: string; Resources?: Handshake['Resources'] }[];
}
export interface TreeNode { id: string; name: string; kind: 'root' | 'unit' | 'account'; depth: number; parent?: string; account?: Account }

// A tree that is larger is shown as lists.
export const TREE_NODES_MAX = 2000;

export const stateOf = (account: Account) => account.State ?? account.Status ?? '';

export const list = <Item,>(operation: string, member: string, input = {}, signal?: AbortSignal) =>
  everything<Item>('organizations', operation, member, input, signal);

// undefined: the account is in no organization.
export async function organizationOf(signal?: AbortSignal): Promise<Organization | undefined> {
  return (await orNothing(organizations('DescribeOrganization', {}, signal), 'AWSOrganizationsNotInUseException'))?.Organization;
}

async function below(parent: TreeNode, signal: AbortSignal): Promise<TreeNode[]> {
  const [units, accounts] = await Promise.all([
    list<Unit>('ListOrganizationalUnitsForParent', 'OrganizationalUnits', { ParentId: parent.id }, signal),
    list<Account>('ListAccountsForParent', 'Accounts', { ParentId: parent.id }, signal),
  ]);
  const depth = parent.depth + 1;
  return [
    ...units.map((unit): TreeNode => ({ id: unit.Id, name: unit.Name, kind: 'unit', depth, parent: parent.id })),
    ...accounts.map((account): TreeNode => ({ id: account.Id, name: account.Name, kind: 'account', depth, parent: parent.id, account })),
  ];
}

// The whole tree, each node after its parent. A level is asked a few units at a time.
export async function tree(signal: AbortSignal): Promise<TreeNode[]> {
  const [root] = await list<Root>('ListRoots', 'Roots', {}, signal);
  const top: TreeNode = { id: root.Id, name: root.Name, kind: 'root', depth: 0 };
  const children = new Map<string, TreeNode[]>();
  let level = [top];
  let count = 1;
  while (level.length > 0 && count < TREE_NODES_MAX) {
    const found = await mapBounded(level, (node) => below(node, signal));
    level.forEach((node, index) => children.set(node.id, found[index]));
    level = found.flat().filter((node) => node.kind === 'unit');
    count += found.flat().length;
  }
  const walk = (node: TreeNode): TreeNode[] => [node, ...(children.get(node.id) ?? []).flatMap(walk)];
  return walk(top);
}

// The operation takes no page size; a resource has 50 tags at most.
export const tagsOf = async (id: string, signal?: AbortSignal): Promise<Tag[]> =>
  (await organizations('ListTagsForResource', { ResourceId: id }, signal)).Tags ?? [];
