// The pages of AWS Organizations.
import type { ServicePages } from '@/kit';
import { Accounts } from './accounts';
import { Policies, PolicyDetail } from './policies';
import { Services } from './services';
import { InvitationsPage, Settings } from './settings';
import { AccountDetail, UnitDetail } from './target';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'AWS accounts', href: '/organizations' },
    { type: 'link', text: 'Invitations', href: '/organizations/invitations' },
    { type: 'link', text: 'Policies', href: '/organizations/policies' },
    { type: 'link', text: 'Services', href: '/organizations/services' },
    { type: 'link', text: 'Settings', href: '/organizations/settings' },
  ],
  pages: [
    { path: '', title: 'AWS accounts', component: Accounts },
    { path: 'accounts/:id', title: ({ id }) => id, component: AccountDetail },
    { path: 'units/:id', title: ({ id }) => id, component: UnitDetail },
    { path: 'invitations', title: 'Invitations', component: InvitationsPage },
    { path: 'policies', title: 'Policies', component: Policies },
    { path: 'policies/:id', title: ({ id }) => id, component: PolicyDetail },
    { path: 'services', title: 'Services', component: Services },
    { path: 'settings', title: 'Settings', component: Settings },
  ],
};
export default service;
