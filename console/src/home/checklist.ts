// The way from a new account to a database and a cache, and what of it is done, by what the API says.
import { ApiError, call } from '../kit/call';

export type Done = 'done' | 'open' | 'unknown';  // unknown: the person may not see it

export interface Step {
  id: string;
  title: string;
  why: string;
  path: string;  // where it is done
  check: (signal: AbortSignal) => Promise<boolean>;
}

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const USERS_MAX = 10;  // whose keys are looked for

const summary = async (signal: AbortSignal) => (await call('iam', 'GetAccountSummary', {}, { signal })).SummaryMap ?? {};

interface Permission {
  IsEgress?: boolean;
  CidrIpv4?: string;
  CidrIpv6?: string;
  ReferencedGroupInfo?: { GroupId?: string };
  GroupId?: string;
}

// A rule that lets somebody in beside the group itself, as every default group has one.
export function opensSomething(rule: Permission): boolean {
  if (rule.IsEgress) return false;
  const from = rule.ReferencedGroupInfo?.GroupId;
  return Boolean(rule.CidrIpv4 || rule.CidrIpv6 || (from && from !== rule.GroupId));
}

export const STEPS: Step[] = [
  {
    id: 'mfa', title: 'Turn on MFA for the root user', path: '/iam/security-credentials',
    why: 'The root user may do everything. A second factor keeps a stolen password from being enough.',
    check: async (signal) => (await summary(signal)).AccountMFAEnabled === 1,
  },
  {
    id: 'administrator', title: 'Create an administrator', path: '/iam/users/create',
    why: 'A user in a group with AdministratorAccess, for everyday work in place of the root user.',
    check: async (signal) => {
      const out = await call('iam', 'ListEntitiesForPolicy', { PolicyArn: ADMINISTRATOR }, { signal });
      return [out.PolicyGroups, out.PolicyUsers, out.PolicyRoles].some((list) => (list?.length ?? 0) > 0);
    },
  },
  {
    id: 'key', title: 'Create an access key', path: '/iam/users',
    why: 'The AWS CLI and SDKs sign requests with it. Create it for a user, not for the root user.',
    check: async (signal) => {
      const { Users = [] } = await call('iam', 'ListUsers', { MaxItems: USERS_MAX }, { signal });
      for (const { UserName } of Users) {
        const { AccessKeyMetadata = [] } = await call('iam', 'ListAccessKeys', { UserName }, { signal });
        if (AccessKeyMetadata.length > 0) return true;
      }
      return false;
    },
  },
  {
    id: 'rule', title: 'Let your address in', path: '/vpc/security-groups',
    why: 'A security group rule decides from where a database or a cache can be reached.',
    check: async (signal) =>
      ((await call('ec2', 'DescribeSecurityGroupRules', {}, { signal })).SecurityGroupRules ?? []).some(opensSomething),
  },
  {
    id: 'database', title: 'Create a database', path: '/rds/databases/create',
    why: 'A DB cluster with an instance: PostgreSQL or MySQL.',
    check: async (signal) => ((await call('rds', 'DescribeDBClusters', {}, { signal })).DBClusters ?? []).length > 0,
  },
  {
    id: 'cache', title: 'Create a cache', path: '/elasticache/caches/create',
    why: 'Redis or memcached, in memory.',
    check: async (signal) => ((await call('elasticache', 'DescribeCacheClusters', {}, { signal })).CacheClusters ?? []).length > 0,
  },
];

export async function checkAll(signal: AbortSignal): Promise<Record<string, Done>> {
  const entries = await Promise.all(STEPS.map(async ({ id, check }): Promise<[string, Done]> => {
    try {
      return [id, (await check(signal)) ? 'done' : 'open'];
    } catch (error) {
      if (error instanceof ApiError && error.status !== 0) return [id, 'unknown'];
      throw error;
    }
  }));
  return Object.fromEntries(entries);
}

export interface Advice {
  good: boolean;
  text: string;
  path: string;
}

// IAM's security recommendations, of the account's summary.
export function advice(of: Record<string, number>): Advice[] {
  const credentials = '/iam/security-credentials';
  return [
    of.AccountMFAEnabled === 1
      ? { good: true, text: 'The root user has MFA.', path: credentials }
      : { good: false, text: 'The root user has no MFA.', path: credentials },
    of.AccountAccessKeysPresent === 0
      ? { good: true, text: 'The root user has no access keys.', path: credentials }
      : { good: false, text: 'The root user has access keys. Use keys of a user or a role instead.', path: credentials },
    (of.Users ?? 0) + (of.Roles ?? 0) > 0
      ? { good: true, text: 'There are users or roles for everyday work.', path: '/iam/users' }
      : { good: false, text: 'There is nobody but the root user.', path: '/iam/users/create' },
  ];
}
