import { describe, expect, test } from 'vitest';
import { shop } from './fixture.ts';
import { makePlan, type Plan, type RunRequest } from './index.ts';

function planned(request: RunRequest, sources = {}): Plan {
  const result = makePlan(shop, request, sources);
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
  const plan = planned({ kind: 'run', to: 'production' });

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
      'stage unit',
      'stage contract',
      'deploy orders dev',
      'gate inventory test',
    ]);
  });

  test('lets nothing into a later environment but through its gate', () => {
    const ungated = plan.steps.filter((step) => step.kind === 'deploy' && !step.gated);
    expect(ungated.map(({ id }) => id)).toEqual(['deploy orders dev', 'deploy inventory dev']);
    expect(stepOf(plan, 'deploy orders test').needs).toContain('gate orders test');
  });

  test('runs the unit stage beside the cluster’s start, and acceptance only on what stands', () => {
    expect(stepOf(plan, 'stage unit').needs).toEqual(['build orders', 'build inventory']);
    expect(stepOf(plan, 'stage acceptance').needs).toContain('deploy orders test');
  });

  test('up to an earlier environment enters no later one and runs no stage that only a later gate asks for', () => {
    const short = planned({ kind: 'run', to: 'test' });
    expect(short.environments).toEqual(['dev', 'test']);
    expect(ids(short)).not.toContain('stage acceptance');
    expect(ids(short)).toContain('deploy orders test');
  });
});

describe('a fingerprint', () => {
  const before = planned({ kind: 'run', to: 'production' }, { 'services/orders': '1' });
  const after = planned({ kind: 'run', to: 'production' }, { 'services/orders': '2' });
  const same = (id: string): boolean => stepOf(before, id).fingerprint === stepOf(after, id).fingerprint;

  test('changes with what the step reads, and for every step behind it', () => {
    expect(same('build orders')).toBe(false);
    expect(same('stage unit')).toBe(false);
    expect(same('gate orders production')).toBe(false);
  });

  test('stays for steps that do not depend on the change', () => {
    expect(same('build inventory')).toBe(true);
    expect(same('start cluster')).toBe(true);
  });
});

describe('a single stage', () => {
  test('of the runner starts no cluster', () => {
    expect(ids(planned({ kind: 'stage', stage: 'unit', services: ['orders'] }))).toEqual([
      'build orders',
      'stage unit',
    ]);
  });

  test('of acceptance deploys the whole system where the gates would have it, ungated', () => {
    const plan = planned({ kind: 'stage', stage: 'acceptance', services: [] });
    expect(plan.steps.filter(({ kind }) => kind === 'deploy').map(({ id }) => id)).toEqual([
      'deploy orders test',
      'deploy inventory test',
    ]);
  });
});

test('what does not exist is refused with what does', () => {
  expect(makePlan(shop, { kind: 'run', to: 'prod' })).toEqual({
    kind: 'problems',
    problems: ['There is no environment "prod"; write one of dev, test, production.'],
  });
  expect(makePlan(shop, { kind: 'stage', stage: 'unit', services: ['cart'] })).toEqual({
    kind: 'problems',
    problems: ['There is no service "cart"; write one of orders, inventory.'],
  });
});
