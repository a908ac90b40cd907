// The account, its contacts and Regions, and what it used.
import type { ServicePages } from '@/kit';
import { Bills } from './bills';
import { AccountPage } from './page';

const service: ServicePages = {
  navigation: [
    { type: 'link', text: 'Account', href: '/account' },
    { type: 'link', text: 'Bills', href: '/account/bills' },
  ],
  pages: [
    { path: '', title: 'Account', component: AccountPage },
    { path: 'bills', title: 'Bills', component: Bills },
  ],
};
export default service;
