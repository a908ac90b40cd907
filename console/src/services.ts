// The services of the console. Each is fetched when it is opened first.
import type { ServicePages } from './kit/service';

export interface ServiceEntry {
  id: string;      // of the path: /console/iam
  title: string;
  description: string;
  words: string;   // that the search finds it by, too
  global?: boolean;  // without regions
  load: () => Promise<{ default: ServicePages }>;
}

export const SERVICES: ServiceEntry[] = [
  { id: 'iam', title: 'IAM', description: 'Users, groups, roles and what they may do', global: true,
    words: 'identity access management users groups roles policies mfa keys password', load: () => import('./pages/iam') },
  { id: 'organizations', title: 'Organizations', description: 'Accounts, organizational units and their policies', global: true,
    words: 'accounts ou scp rcp service control policy', load: () => import('./pages/organizations') },
  { id: 'vpc', title: 'VPC', description: 'Networks, subnets and security groups',
    words: 'ec2 network subnet security group firewall rule route instance', load: () => import('./pages/vpc') },
  { id: 'rds', title: 'Aurora and RDS', description: 'PostgreSQL and MySQL databases',
    words: 'database postgres mysql cluster aurora', load: () => import('./pages/rds') },
  { id: 'elasticache', title: 'ElastiCache', description: 'Redis and memcached caches',
    words: 'cache redis valkey memcached', load: () => import('./pages/elasticache') },
  { id: 'account', title: 'Account and Billing', description: 'Contacts, regions, bills and account settings', global: true,
    words: 'billing bills contact payment close region', load: () => import('./pages/account') },
  { id: 'cloudtrail', title: 'CloudTrail', description: 'Event history: who did what, when',
    words: 'events history audit trail log', load: () => import('./pages/cloudtrail') },
];

export function serviceOf(pathname: string): ServiceEntry | undefined {
  const first = pathname.split('/')[1];
  return SERVICES.find((service) => service.id === first);
}
