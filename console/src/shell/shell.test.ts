import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PageEntry } from '../kit/service';
import { crumbsOf, match, pageAt } from './crumbs';
import { findServices } from './find-services';
import { accountNumber } from './who';

const component = () => null;
const pages: PageEntry[] = [
  { path: '', title: 'Dashboard', component },
  { path: 'users', title: 'Users', component },
  { path: 'users/create', title: 'Create user', component },
  { path: 'users/:name', title: ({ name }) => name, component },
];

test('the page of a path: its own words come before parameters', () => {
  assert.equal(pageAt(pages, 'users/create')?.page.title, 'Create user');
  assert.deepEqual(pageAt(pages, 'users/a%20b')?.params, { name: 'a b' });
  assert.equal(pageAt(pages, 'nothing'), undefined);
  assert.deepEqual(match('policies/*', 'policies/a/b'), {});
});

test('breadcrumbs follow the path', () => {
  assert.deepEqual(crumbsOf({ id: 'iam', title: 'IAM' }, pages, 'users/ann'),
    [{ text: 'IAM', path: '/iam' }, { text: 'Users', path: '/iam/users' }, { text: 'ann', path: '/iam/users/ann' }]);
});

test('services are found by their words, names first', () => {
  const services = [
    { id: 'a', title: 'Alpha', description: 'knows roles', words: '' },
    { id: 'r', title: 'Roles', description: '', words: 'x' },
  ];
  assert.deepEqual(findServices(services, 'roles').map(({ id }) => id), ['r', 'a']);
  assert.deepEqual(findServices(services, 'zzz'), []);
  assert.equal(findServices(services, '').length, 2);
});

test('an account number is written in groups', () => assert.equal(accountNumber('123456789012'), '1234-5678-9012'));
