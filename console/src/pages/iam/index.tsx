// The pages of IAM.
import type { ServicePages } from '@/kit';
import { AssignOwnMfa, AssignUserMfa } from './credentials/assign-mfa';
import { CreateOwnAccessKey, CreateUserAccessKey } from './credentials/create-access-key';
import { Dashboard } from './dashboard';
import { CreateGroup } from './groups/create';
import { GroupDetail } from './groups/detail';
import { Groups } from './groups/list';
import { AddPermissions } from './users/add-permissions';
import { CreateUser } from './users/create';
import { UserDetail } from './users/detail';
import { Users } from './users/list';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'Dashboard', href: '/iam' },
    { type: 'section', text: 'Access management', items: [
      { type: 'link', text: 'User groups', href: '/iam/groups' },
      { type: 'link', text: 'Users', href: '/iam/users' },
      { type: 'link', text: 'Roles', href: '/iam/roles' },
      { type: 'link', text: 'Policies', href: '/iam/policies' },
      { type: 'link', text: 'Identity providers', href: '/iam/providers' },
      { type: 'link', text: 'Account settings', href: '/iam/account-settings' },
    ] },
    { type: 'section', text: 'Access reports', items: [
      { type: 'link', text: 'Policy simulator', href: '/iam/simulator' },
      { type: 'link', text: 'Credential report', href: '/iam/credential-report' },
    ] },
    { type: 'divider' },
    { type: 'link', text: 'My security credentials', href: '/iam/security-credentials' },
  ],
  pages: [
    { path: '', title: 'Dashboard', component: Dashboard, contentType: 'dashboard' },
    { path: 'users', title: 'Users', component: Users, contentType: 'table' },
    { path: 'users/create', title: 'Create user', component: CreateUser, contentType: 'wizard' },
    { path: 'users/:name', title: ({ name }) => name, component: UserDetail },
    { path: 'users/:name/add-permissions', title: 'Add permissions', component: AddPermissions, contentType: 'form' },
    { path: 'users/:name/access-key', title: 'Create access key', component: CreateUserAccessKey, contentType: 'wizard' },
    { path: 'users/:name/mfa', title: 'Assign MFA device', component: AssignUserMfa, contentType: 'wizard' },
    { path: 'groups', title: 'User groups', component: Groups, contentType: 'table' },
    { path: 'groups/create', title: 'Create user group', component: CreateGroup, contentType: 'form' },
    { path: 'groups/:name', title: ({ name }) => name, component: GroupDetail },
    { path: 'security-credentials/mfa', title: 'Assign MFA device', component: AssignOwnMfa, contentType: 'wizard' },
    { path: 'security-credentials/access-key', title: 'Create access key', component: CreateOwnAccessKey, contentType: 'wizard' },
  ],
};
export default service;
