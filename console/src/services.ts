// The services of the console: those that have a folder of pages. Each is fetched when it is opened first.
import type { ServicePages } from './kit/service';

const FOLDERS = import.meta.glob<{ default: ServicePages }>('./pages/*/index.tsx');

export interface ServiceEntry {
  id: string;      // of the path: /console/iam
  title: string;
  description: string;
  words: string;   // that the search finds it by, too
  global?: boolean;  // without regions
  load: () => Promise<{ default: ServicePages }>;
}

const ALL: Omit<ServiceEntry, 'load'>[] = [
  { id: 'iam', title: 'IAM', description: 'Users, groups, roles and what they may do', global: true,
    words: 'identity access management users groups roles policies mfa keys password' },
  { id: 'organizations', title: 'Organizations', description: 'Accounts, organizational units and their policies', global: true,
    words: 'accounts ou scp rcp service control policy' },
  { id: 'vpc', title: 'VPC', description: 'Networks, subnets and security groups',
    words: 'ec2 network subnet security group firewall rule route instance' },
  { id: 'rds', title: 'Aurora and RDS', description: 'PostgreSQL and MySQL databases',
    words: 'database postgres mysql cluster aurora' },
  { id: 'elasticache', title: 'ElastiCache', description: 'Redis and memcached caches',
    words: 'cache redis valkey memcached' },
  { id: 'account', title: 'Account and Billing', description: 'Contacts, regions, bills and account settings', global: true,
    words: 'billing bills contact payment close region' },
  { id: 'cloudtrail', title: 'CloudTrail', description: 'Event history: who did what, when',
    words: 'events history audit trail log' },
];

export const SERVICES: ServiceEntry[] = ALL.flatMap((service) => {
  const folder = `./pages/${service.id}/index.tsx`;
  return folder in FOLDERS ? [{ ...service, load: FOLDERS[folder] }] : [];
});
