// What a folder of pages gives the shell: `export default service` in pages/<service>/index.tsx.
import type { SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import type { ComponentType, ReactNode } from 'react';

export type Params = Record<string, string>;

export interface PageEntry {
  path: string;  // within the service: '' for its first page, 'users', 'users/:name'
  title: string | ((params: Params) => string);  // of the document, and as a breadcrumb
  component: ComponentType;
  help?: ReactNode;  // shown in the help panel
  contentType?: 'default' | 'table' | 'form' | 'wizard' | 'dashboard' | 'cards';
}

export interface ServicePages {
  // Links are whole paths within the console: '/iam/users'.
  navigation: SideNavigationProps.Item[];
  pages: PageEntry[];
}
