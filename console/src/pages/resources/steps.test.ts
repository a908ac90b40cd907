import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsOf, compact, runSteps, type Done, type Step } from './steps';

const make = (name: string): Step[] => [
  { service: 'ec2', operation: 'Create', input: { Name: name }, sample: { Id: 'ID' } },
  { service: 'ec2', operation: 'Open', input: ([made]) => ({ Id: made?.Id }) },
];

test('steps run in turn, and a later one has what an earlier one answered', async () => {
  const asked: string[] = [];
  const ask = async (_: string, operation: string, input: Record<string, unknown>) => {
    asked.push(`${operation} ${JSON.stringify(input)}`);
    return { Id: 'sg-1' };
  };
  await runSteps(make('a'), () => undefined, [], ask);
  assert.deepEqual(asked, ['Create {"Name":"a"}', 'Open {"Id":"sg-1"}']);
});

test('who tries again after a refusal does not do twice what was done', async () => {
  const asked: string[] = [];
  let refuses = true;
  const ask = async (_: string, operation: string) => {
    asked.push(operation);
    if (operation === 'Open' && refuses) throw new Error('refused');
    return { Id: 'sg-1' };
  };
  const done: Done[] = [];
  await assert.rejects(runSteps(make('a'), () => undefined, done, ask));
  refuses = false;
  await runSteps(make('a'), () => undefined, done, ask);
  assert.deepEqual(asked, ['Create', 'Open', 'Open']);
  // Another name is another group.
  await runSteps(make('b'), () => undefined, done, ask);
  assert.deepEqual(asked.slice(3), ['Create', 'Open']);
});

test('commands stand before anything was asked, and show no password', () => {
  assert.deepEqual(
    commandsOf(make('a')).map((command) => command.input),
    [{ Name: 'a' }, { Id: 'ID' }],
  );
  const input = { AuthenticationMode: { Type: 'password', Passwords: ['secret'] } };
  const user: Step = { service: 'elasticache', operation: 'CreateUser', input };
  assert.ok(!JSON.stringify(commandsOf([user])).includes('secret'));
});

test('what was left empty is left out', () => {
  assert.deepEqual(compact({ A: '', B: [], C: undefined, D: false, E: 0, F: 'x' }), { D: false, E: 0, F: 'x' });
});
