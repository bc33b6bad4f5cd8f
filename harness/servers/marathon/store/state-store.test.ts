import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { AppDefinition, Group } from '../definition/index.ts';
import { createApp, emptyRoot, findApp, settle, updateApp } from '../group/index.ts';
import { scheduleInstance } from '../tracker/instance.ts';
import { StateStore } from './state-store.ts';

const start = '2026-01-01T00:00:00.000Z';

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stagegate-store-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

/** As a killed process leaves it: nothing is closed. */
function reopen(directory: string): StateStore {
  return new StateStore(directory);
}

function version(number: number): string {
  return new Date(Date.parse(start) + number).toISOString();
}

function withPosted(root: Group, id: string, now: string): Group {
  const made = createApp(root, { id, cmd: 'serve' }, now);
  if (made.kind === 'refused') throw new Error(JSON.stringify(made.refusal));
  const settled = settle(root, made.value, { now });
  if (settled.kind === 'refused') throw new Error(JSON.stringify(settled.refusal));
  return settled.value;
}

function appOf(root: Group, id: string): AppDefinition {
  const app = findApp(root, id);
  if (app === undefined) throw new Error(`no ${id}`);
  return app;
}

test('what was flushed is there again after the process died', () => {
  const directory = newDirectory();
  const store = new StateStore(directory);
  const first = withPosted(emptyRoot(start), '/shop/web', version(1));
  const second = withPosted(first, '/shop/db', version(2));
  const instance = scheduleInstance(appOf(second, '/shop/web'), 'u-1', 5);
  store.setFrameworkId('F-1');
  store.addRoot(first);
  store.addRoot(second);
  store.putInstance(instance);
  store.putDeployment({
    id: 'd',
    version: version(2),
    from: version(1),
    to: version(2),
    condemned: {},
    since: 5,
  });
  store.flush();
  const again = reopen(directory);
  expect(again.frameworkId).toBe('F-1');
  expect(again.roots).toEqual([first, second]);
  expect(again.instances).toEqual([instance]);
  expect(again.deployments).toMatchObject([{ id: 'd' }]);
});

test('an instance keeps the definition it runs although the tree has another one', () => {
  const directory = newDirectory();
  const store = new StateStore(directory);
  const first = withPosted(emptyRoot(start), '/web', version(1));
  const made = updateApp(
    first,
    '/web',
    { cmd: 'other' },
    {
      partial: true,
      mayCreate: false,
      now: version(2),
      lookUp: { app: () => undefined, root: () => undefined },
    },
  );
  if (made.kind === 'refused') throw new Error('refused');
  const second = settle(first, made.value, { now: version(2) });
  if (second.kind === 'refused') throw new Error('refused');
  store.addRoot(first);
  store.addRoot(second.value);
  store.putInstance(scheduleInstance(appOf(first, '/web'), 'u-1', 5));
  store.flush();
  expect(reopen(directory).instances[0]?.app.cmd).toBe('serve');
});

test('a line that its writer did not finish is left out', () => {
  const directory = newDirectory();
  const store = new StateStore(directory);
  store.setFrameworkId('F-1');
  store.flush();
  appendFileSync(join(directory, 'state.jsonl'), '{"kind":"framework","id":"F-');
  expect(reopen(directory).frameworkId).toBe('F-1');
});

test('a damaged line is named instead of being skipped', () => {
  const directory = newDirectory();
  writeFileSync(join(directory, 'state.jsonl'), '{"kind":"framework","id":"F"}\nnonsense\n{}\n');
  expect(() => new StateStore(directory)).toThrow(/state\.jsonl:2: the state journal is damaged here/);
});

test('only the last fifty trees are kept, and those that a running deployment needs', () => {
  const directory = newDirectory();
  const store = new StateStore(directory);
  let root = withPosted(emptyRoot(start), '/app-0', version(1));
  store.addRoot(root);
  store.putDeployment({
    id: 'd',
    version: version(1),
    from: version(1),
    to: version(1),
    condemned: {},
    since: 5,
  });
  for (let number = 2; number <= 80; number++) {
    root = withPosted(root, `/app-${number}`, version(number));
    store.addRoot(root);
  }
  store.flush();
  for (const known of [store, reopen(directory)]) {
    expect(known.roots).toHaveLength(51);
    expect(known.root(version(1))).toBeDefined();
    expect(known.root(version(30))).toBeUndefined();
    expect(known.root(version(31))).toBeDefined();
  }
});

test('one more app in a large tree adds little to the journal', () => {
  const directory = newDirectory();
  const store = new StateStore(directory);
  let root = emptyRoot(start);
  for (let number = 1; number <= 200; number++)
    root = withPosted(root, `/group-${number % 20}/app-${number}`, version(number));
  store.addRoot(root);
  store.flush();
  const before = readFileSync(join(directory, 'state.jsonl')).length;
  store.addRoot(withPosted(root, '/group-1/one-more', version(201)));
  store.flush();
  expect(readFileSync(join(directory, 'state.jsonl')).length - before).toBeLessThan(3_000);
});
