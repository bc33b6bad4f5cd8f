import { describe, expect, test } from 'vitest';
import { emptyState } from '../ledger/index.ts';
import { shop } from '../steps/fixture.ts';
import type { DeployStep } from '../steps/index.ts';
import { loadPlans, type Plan, type Planned } from './index.ts';

const commands = await loadPlans();

function plan(
  name: string,
  args: readonly string[] = [],
  options: Readonly<Record<string, string>> = {},
): Planned {
  const found = commands.find(({ command }) => command === name);
  if (found === undefined) throw new Error(`no plan ${name}`);
  return found.plan(shop, emptyState, { args, options });
}

function planned(...asked: Parameters<typeof plan>): Plan {
  const result = plan(...asked);
  if (result.kind === 'problems') throw new Error(result.problems.join('\n'));
  return result.plan;
}

function ids(plan: Plan): readonly string[] {
  return plan.steps.map(({ id }) => id);
}

function stepOf(plan: Plan, id: string) {
  const step = plan.steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`no step ${id} in ${ids(plan).join(', ')}`);
  return step;
}

describe('a run', () => {
  const plan = planned('run');

  test('needs only steps that come before', () => {
    const seen = new Set<string>();
    const misplaced = plan.steps.flatMap((step) => {
      const missing = step.needs.filter((need) => !plan.steps.some(({ id }) => id === need));
      seen.add(step.id);
      return missing;
    });
    expect(misplaced).toEqual([]);
  });

  test('asks each gate only after the stages it requires, the deployment before it and the neighbours’ gates', () => {
    expect(stepOf(plan, 'gate orders test').needs).toEqual([
      'verify unit orders',
      'verify unit inventory',
      'verify contract orders',
      'verify contract inventory',
      'deploy orders dev',
      'gate inventory test',
    ]);
  });

  test('lets nothing into a later environment but through its gate', () => {
    const ungated = plan.steps.filter((step) => step.kind === 'deploy' && !(step as DeployStep).gated);
    expect(ungated.map(({ id }) => id)).toEqual(['deploy orders dev', 'deploy inventory dev']);
    expect(stepOf(plan, 'deploy orders test').needs).toContain('gate orders test');
  });

  test('runs the unit stage beside the cluster’s start, and acceptance only on what is deployed', () => {
    expect(stepOf(plan, 'verify unit orders').needs).toEqual(['build orders', 'build inventory']);
    expect(stepOf(plan, 'verify acceptance orders').uses).toContain('deploy orders test');
  });

  test('up to an earlier environment enters no later one and runs no stage that only a later gate asks for', () => {
    const short = planned('run', [], { to: 'test' });
    expect(short.environments).toEqual(['dev', 'test']);
    expect(ids(short)).not.toContain('verify acceptance orders');
    expect(ids(short)).toContain('deploy orders test');
  });
});

describe('a single stage', () => {
  test('of the runner starts no cluster', () => {
    expect(ids(planned('stage', ['unit', 'orders']))).toEqual(['build orders', 'verify unit orders']);
  });

  test('of acceptance deploys the whole system where the gates would have it, ungated', () => {
    const plan = planned('stage', ['acceptance']);
    expect(plan.steps.filter(({ kind }) => kind === 'deploy').map(({ id }) => id)).toEqual([
      'deploy orders test',
      'deploy inventory test',
    ]);
  });
});

test('what does not exist is refused with what does', () => {
  expect(plan('run', [], { to: 'prod' })).toEqual({
    kind: 'problems',
    problems: ['There is no environment "prod"; write one of dev, test, production.'],
  });
  expect(plan('stage', ['unit', 'cart'])).toEqual({
    kind: 'problems',
    problems: ['There is no service "cart"; write one of orders, inventory.'],
  });
});
