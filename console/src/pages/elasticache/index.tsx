// The pages of ElastiCache.
import type { ServicePages } from '@/kit';
import { CacheList } from './caches';
import { ClusterDetail } from './cluster';
import { CreateCache } from './create';
import { ElastiCacheDashboard } from './dashboard';
import { EventList } from './events';
import { GroupDetail } from './group';
import { ModifyCluster, ModifyGroup } from './modify';
import { ParameterGroupDetail, ParameterGroupList } from './parameter-groups';
import { SnapshotList } from './snapshots';
import { SubnetGroupDetail, SubnetGroupList } from './subnet-groups';
import { UserGroupList, UserList } from './users';

const ofId = (params: Record<string, string>) => params.id ?? '';
const ofName = (params: Record<string, string>) => params.name ?? '';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'Dashboard', href: '/elasticache' },
    { type: 'section', text: 'Resources', items: [
      { type: 'link', text: 'Caches', href: '/elasticache/caches' },
      { type: 'link', text: 'Backups', href: '/elasticache/backups' },
      { type: 'link', text: 'Events', href: '/elasticache/events' },
    ] },
    { type: 'section', text: 'Configurations', items: [
      { type: 'link', text: 'Subnet groups', href: '/elasticache/subnet-groups' },
      { type: 'link', text: 'Parameter groups', href: '/elasticache/parameter-groups' },
      { type: 'link', text: 'Users', href: '/elasticache/users' },
      { type: 'link', text: 'User groups', href: '/elasticache/user-groups' },
    ] },
  ],
  pages: [
    { path: '', title: 'Dashboard', component: ElastiCacheDashboard, contentType: 'dashboard' },
    { path: 'caches', title: 'Caches', component: CacheList, contentType: 'table' },
    { path: 'caches/create', title: 'Create cache', component: CreateCache, contentType: 'form' },
    { path: 'caches/groups/:id', title: ofId, component: GroupDetail },
    { path: 'caches/groups/:id/modify', title: 'Modify', component: ModifyGroup, contentType: 'form' },
    { path: 'caches/clusters/:id', title: ofId, component: ClusterDetail },
    { path: 'caches/clusters/:id/modify', title: 'Modify', component: ModifyCluster, contentType: 'form' },
    { path: 'backups', title: 'Backups', component: SnapshotList, contentType: 'table' },
    { path: 'events', title: 'Events', component: EventList, contentType: 'table' },
    { path: 'subnet-groups', title: 'Subnet groups', component: SubnetGroupList, contentType: 'table' },
    { path: 'subnet-groups/:name', title: ofName, component: SubnetGroupDetail },
    { path: 'parameter-groups', title: 'Parameter groups', component: ParameterGroupList, contentType: 'table' },
    { path: 'parameter-groups/:name', title: ofName, component: ParameterGroupDetail },
    { path: 'users', title: 'Users', component: UserList, contentType: 'table' },
    { path: 'user-groups', title: 'User groups', component: UserGroupList, contentType: 'table' },
  ],
};
export default service;
