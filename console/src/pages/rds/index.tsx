// The pages of Aurora and RDS.
import type { ServicePages } from '@/kit';
import { AutomatedBackupList } from './automated-backups';
import { ClusterDetail } from './cluster';
import { CreateDatabase } from './create/page';
import { RdsDashboard } from './dashboard';
import { DatabaseList } from './databases';
import { EventList } from './events';
import { CreateHelp } from './help';
import { InstanceDetail } from './instance';
import { ModifyCluster, ModifyInstance } from './modify';
import { OptionGroupList } from './option-groups';
import { ClusterParameterGroupDetail, InstanceParameterGroupDetail, ParameterGroupList } from './parameter-groups';
import { RestoreMoment, RestoreRetained, RestoreSnapshot } from './restore';
import { SnapshotDetail, SnapshotList } from './snapshots';
import { SubnetGroupCreate, SubnetGroupDetail, SubnetGroupEdit, SubnetGroupList } from './subnet-groups';

const ofId = (params: Record<string, string>) => params.id ?? '';
const ofName = (params: Record<string, string>) => params.name ?? '';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'Dashboard', href: '/rds' },
    { type: 'link', text: 'Databases', href: '/rds/databases' },
    { type: 'link', text: 'Snapshots', href: '/rds/snapshots' },
    { type: 'link', text: 'Automated backups', href: '/rds/automated-backups' },
    { type: 'divider' },
    { type: 'link', text: 'Subnet groups', href: '/rds/subnet-groups' },
    { type: 'link', text: 'Parameter groups', href: '/rds/parameter-groups' },
    { type: 'link', text: 'Option groups', href: '/rds/option-groups' },
    { type: 'divider' },
    { type: 'link', text: 'Events', href: '/rds/events' },
  ],
  pages: [
    { path: '', title: 'Dashboard', component: RdsDashboard, contentType: 'dashboard' },
    { path: 'databases', title: 'Databases', component: DatabaseList, contentType: 'table' },
    { path: 'databases/create', title: 'Create database', component: CreateDatabase, contentType: 'form', help: <CreateHelp /> },
    { path: 'databases/clusters/:id', title: ofId, component: ClusterDetail },
    { path: 'databases/clusters/:id/modify', title: 'Modify', component: ModifyCluster, contentType: 'form' },
    { path: 'databases/clusters/:id/restore', title: 'Restore to point in time', component: RestoreMoment, contentType: 'form' },
    { path: 'databases/instances/:id', title: ofId, component: InstanceDetail },
    { path: 'databases/instances/:id/modify', title: 'Modify', component: ModifyInstance, contentType: 'form' },
    { path: 'snapshots', title: 'Snapshots', component: SnapshotList, contentType: 'table' },
    { path: 'snapshots/:id', title: ofId, component: SnapshotDetail },
    { path: 'snapshots/:id/restore', title: 'Restore snapshot', component: RestoreSnapshot, contentType: 'form' },
    { path: 'automated-backups', title: 'Automated backups', component: AutomatedBackupList, contentType: 'table' },
    { path: 'automated-backups/restore', title: 'Restore to point in time', component: RestoreRetained, contentType: 'form' },
    { path: 'subnet-groups', title: 'Subnet groups', component: SubnetGroupList, contentType: 'table' },
    { path: 'subnet-groups/create', title: 'Create DB subnet group', component: SubnetGroupCreate, contentType: 'form' },
    { path: 'subnet-groups/:name', title: ofName, component: SubnetGroupDetail },
    { path: 'subnet-groups/:name/edit', title: 'Edit', component: SubnetGroupEdit, contentType: 'form' },
    { path: 'parameter-groups', title: 'Parameter groups', component: ParameterGroupList, contentType: 'table' },
    { path: 'parameter-groups/cluster/:name', title: ofName, component: ClusterParameterGroupDetail },
    { path: 'parameter-groups/instance/:name', title: ofName, component: InstanceParameterGroupDetail },
    { path: 'option-groups', title: 'Option groups', component: OptionGroupList, contentType: 'table' },
    { path: 'events', title: 'Events', component: EventList, contentType: 'table' },
  ],
};
export default service;
