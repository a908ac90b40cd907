// The header: where one is, the search for services, the region, and who is signed in.
import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import type { ButtonDropdownProps } from '@cloudscape-design/components/button-dropdown';
import { useNavigate } from 'react-router-dom';
import { consoleHref } from '../kit/link';
import { REGION_PLACES, servedRegions, setRegion, useRegion } from '../kit/region';
import { session } from '../kit/session';
import { chooseTheme, themeChoice, useTheme, type ThemeChoice } from '../kit/theme';
import { signOut } from './sign-out';
import { ServiceSearch } from './service-search';
import { accountNumber, whoIs } from './who';

// Menus of the header have no check boxes; the sign before the chosen one says it, to screen readers too.
const chosenMark = (chosen: boolean): { iconName?: 'check'; iconAlt?: string } =>
  (chosen ? { iconName: 'check', iconAlt: 'Chosen' } : {});

function regionMenu(region: string, isGlobal: boolean): TopNavigationProps.MenuDropdownUtility {
  const text = isGlobal ? 'Global' : REGION_PLACES[region] ?? region;
  return {
    type: 'menu-dropdown',
    text,
    ariaLabel: `${text}. Region: ${region}`,
    title: isGlobal ? 'This page is the same in every region' : undefined,
    items: servedRegions().map((id) => ({
      id, text: REGION_PLACES[id] ?? id, secondaryText: id, ...chosenMark(id === region),
    })),
    onItemClick: ({ detail }) => setRegion(detail.id),
  };
}

function settingsMenu(chosen: ThemeChoice): TopNavigationProps.MenuDropdownUtility {
  const choice = (id: ThemeChoice, text: string): ButtonDropdownProps.Item =>
    ({ id, text, ...chosenMark(chosen === id) });
  return {
    type: 'menu-dropdown', iconName: 'settings', ariaLabel: 'Settings', title: 'Settings',
    items: [{ text: 'Appearance', items: [choice('system', 'As this device'), choice('light', 'Light'), choice('dark', 'Dark')] }],
    onItemClick: ({ detail }) => chooseTheme(detail.id as ThemeChoice),
  };
}

export function Top({ global: isGlobal }: { global: boolean }) {
  const navigate = useNavigate();
  const region = useRegion();
  useTheme();
  const who = session();
  const links: Record<string, string> = {
    account: '/account', billing: '/account/bills',
    credentials: '/iam/security-credentials',
  };
  const text = `${whoIs(who)} @ ${who.alias || accountNumber(who.account)}`;
  const account: TopNavigationProps.MenuDropdownUtility = {
    type: 'menu-dropdown',
    iconName: 'user-profile',
    text,
    description: `Account ID: ${accountNumber(who.account)}`,
    ariaLabel: `${text}. Account menu`,
    items: [
      { id: 'account', text: 'Account', href: consoleHref(links.account) },
      { id: 'billing', text: 'Billing', href: consoleHref(links.billing) },
      { id: 'credentials', text: 'Security credentials', href: consoleHref(links.credentials) },
      { id: 'switch', text: 'Switch role', href: '/signin/switchrole' },
      { id: 'signout', text: 'Sign out' },
    ],
    onItemClick: ({ detail }) => {
      if (detail.id === 'signout') void signOut();
    },
    onItemFollow: (event) => {
      const path = links[event.detail.id];
      if (path === undefined) return;
      event.preventDefault();
      navigate(path);
    },
  };
  return (
    <TopNavigation
      identity={{
        href: consoleHref('/'), title: 'haar',
        onFollow: (event) => {
          event.preventDefault();
          navigate('/');
        },
      }}
      search={<ServiceSearch />}
      utilities={[settingsMenu(themeChoice()), regionMenu(region, isGlobal), account]}
    />
  );
}
