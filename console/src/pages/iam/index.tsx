// The pages of IAM.
import type { ServicePages } from '@/kit';
import { CredentialReport } from './account/credential-report';
import { MyCredentials } from './account/my-credentials';
import { AccountSettings } from './account/settings';
import { AssignOwnMfa, AssignUserMfa } from './credentials/assign-mfa';
import { CreateOwnAccessKey, CreateUserAccessKey } from './credentials/create-access-key';
import { Dashboard } from './dashboard';
import { CreateGroup } from './groups/create';
import { GroupDetail } from './groups/detail';
import { Groups } from './groups/list';
import { nameOfArn } from './parts/text';
import { CreatePolicy } from './policies/create';
import { PolicyDetail } from './policies/detail';
import { EditPolicy } from './policies/edit';
import { Policies } from './policies/list';
import { Simulator } from './policies/simulator';
import { CreateProvider } from './providers/create';
import { ProviderDetail } from './providers/detail';
import { providerName, Providers } from './providers/list';
import { CreateRole } from './roles/create';
import { RoleDetail } from './roles/detail';
import { Roles } from './roles/list';
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
    { path: 'roles', title: 'Roles', component: Roles, contentType: 'table' },
    { path: 'roles/create', title: 'Create role', component: CreateRole, contentType: 'wizard' },
    { path: 'roles/:name', title: ({ name }) => name, component: RoleDetail },
    { path: 'policies', title: 'Policies', component: Policies, contentType: 'table' },
    { path: 'policies/create', title: 'Create policy', component: CreatePolicy, contentType: 'wizard' },
    { path: 'policies/details/:arn', title: ({ arn }) => nameOfArn(arn), component: PolicyDetail },
    { path: 'policies/edit/:arn', title: ({ arn }) => `Edit ${nameOfArn(arn)}`, component: EditPolicy, contentType: 'form' },
    { path: 'simulator', title: 'Policy simulator', component: Simulator, contentType: 'form' },
    { path: 'providers', title: 'Identity providers', component: Providers },
    { path: 'providers/create', title: 'Add an identity provider', component: CreateProvider, contentType: 'form' },
    { path: 'providers/details/:arn', title: ({ arn }) => providerName(arn), component: ProviderDetail },
    { path: 'account-settings', title: 'Account settings', component: AccountSettings },
    { path: 'credential-report', title: 'Credential report', component: CredentialReport },
    { path: 'security-credentials', title: 'My security credentials', component: MyCredentials },
    { path: 'security-credentials/mfa', title: 'Assign MFA device', component: AssignOwnMfa, contentType: 'wizard' },
    { path: 'security-credentials/access-key', title: 'Create access key', component: CreateOwnAccessKey, contentType: 'wizard' },
  ],
};
export default service;
