import { describe, expect, test } from 'vitest';
import type { Step } from '../engine/index.ts';
import { emptyState } from '../ledger/index.ts';
import { shop } from '../steps/fixture.ts';
import { loadPlans, type Plan, type PlanCommand, type PlanRequest } from './index.ts';
import run from './run.ts';
import stage from './stage.ts';
import up from './up.ts';

function planned(command: PlanCommand, { args = [], options = {} }: Partial<PlanRequest> = {}): Plan {
  const result = command.plan(shop, emptyState, { args, options });
  if (result.kind === 'problems') throw new Error(result.problems.join('\n'));
  return result.plan;
}

function ids({ steps }: Plan, kind?: string): readonly string[] {
  return steps.filter((step) => kind === undefined || step.kind === kind).map(({ id }) => id);
}

function stepOf(plan: Plan, id: string): Step & { readonly gated?: boolean; readonly environment?: unknown } {
  const step = plan.steps.find((candidate) => candidate.id === id);
  if (step === undefined) throw new Error(`no step ${id} in ${ids(plan).join(', ')}`);
  return step;
}

const whole: readonly [string, Plan][] = [
  ['run', planned(run)],
  ['run --to test', planned(run, { options: { to: 'test' } })],
  ['stage contract', planned(stage, { args: ['contract'] })],
  ['stage functional', planned(stage, { args: ['functional'] })],
  ['stage acceptance', planned(stage, { args: ['acceptance'] })],
  ['stage acceptance orders', planned(stage, { args: ['acceptance', 'orders'] })],
  ['up', planned(up)],
];

test.each(whole)(
  '%s names each step once, needs only steps of the plan and uses only what it needs',
  (_, plan) => {
    expect(new Set(ids(plan)).size).toBe(plan.steps.length);
    for (const { id, needs, uses = [] } of plan.steps) {
      expect({ id, missing: needs.filter((need) => !ids(plan).includes(need)) }).toEqual({ id, missing: [] });
      expect(needs).toEqual(expect.arrayContaining([...uses]));
    }
  },
);

describe('a run', () => {
  const plan = planned(run);

  test('goes into the last environment unless told otherwise', () => {
    expect(plan).toMatchObject({ target: 'production', environments: ['dev', 'test', 'production'] });
  });

  test('runs no stage for a service that is exempt from it, and no gate waits for it', () => {
    const [orders, ...others] = shop.services;
    if (orders === undefined) throw new Error('the fixture has no service');
    const config = { ...shop, services: [{ ...orders, exempt: { unit: 'nothing to test' } }, ...others] };
    const made = run.plan(config, emptyState, { args: [], options: {} });
    const steps = made.kind === 'plan' ? made.plan.steps : [];
    expect(steps.map(({ id }) => id)).not.toContain('verify unit orders');
    expect(steps.flatMap(({ needs }) => needs)).not.toContain('verify unit orders');
    expect(steps.map(({ id }) => id)).toContain('verify unit inventory');
  });

  test('asks each gate only after the stages it requires, the deployment before it and the neighbours’ gates', () => {
    expect(stepOf(plan, 'gate orders test').needs).toEqual([
      'definitions',
      'smoke dev',
      'rehearse test',
      'verify unit orders',
      'verify unit inventory',
      'verify contract orders',
      'verify contract inventory',
      'replay orders',
      'replay inventory',
      'deploy orders dev',
      'gate inventory test',
    ]);
  });

  test('lets nothing into a later environment but through its gate', () => {
    const ungated = ids(plan, 'deploy').filter((id) => stepOf(plan, id).gated !== true);
    expect(ungated).toEqual(['deploy orders dev', 'deploy inventory dev']);
    expect(stepOf(plan, 'deploy orders test').needs).toContain('gate orders test');
  });

  test('runs the unit stage beside the cluster’s start, and acceptance only on what is deployed', () => {
    expect(stepOf(plan, 'verify unit orders').needs).toEqual(['build orders', 'build inventory']);
    expect(stepOf(plan, 'verify acceptance orders')).toMatchObject({
      environment: 'test',
      gated: true,
      uses: expect.arrayContaining(['deploy orders test', 'deploy inventory test']),
    });
  });

  test('deploys a service after those it calls', () => {
    expect(stepOf(plan, 'deploy orders dev').uses).toEqual([
      'open embedded',
      'open stores',
      'deploy inventory dev',
    ]);
  });

  test('up to an earlier environment enters no later one and runs no stage that only a later gate asks for', () => {
    const short = planned(run, { options: { to: 'test' } });
    expect(short.environments).toEqual(['dev', 'test']);
    expect(ids(short).filter((id) => /acceptance|production/.test(id))).toEqual([]);
    expect(ids(short)).toContain('deploy orders test');
  });
});

describe('a single stage', () => {
  test('of the runner starts no cluster', () => {
    expect(ids(planned(stage, { args: ['unit', 'orders'] }))).toEqual(['build orders', 'verify unit orders']);
  });

  test('asks no gate and promotes nothing', () => {
    const plan = planned(stage, { args: ['acceptance'] });
    expect(ids(plan, 'gate')).toEqual([]);
    expect(plan.steps.filter((step) => 'promotes' in step && step.promotes === true)).toEqual([]);
  });

  test('of acceptance deploys the whole system where the gates would have it, ungated', () => {
    const plan = planned(stage, { args: ['acceptance', 'orders'] });
    expect(ids(plan, 'deploy')).toEqual(['deploy orders test', 'deploy inventory test']);
    expect(ids(plan, 'deploy').map((id) => stepOf(plan, id).gated)).toEqual([false, false]);
    expect(ids(plan, 'verify')).toEqual(['verify acceptance orders']);
  });
});

describe('up', () => {
  test('deploys everything into the first environment, without stages or gates', () => {
    const plan = planned(up);
    expect(plan.environments).toEqual(['dev']);
    expect([...ids(plan, 'verify'), ...ids(plan, 'gate')]).toEqual([]);
    expect(stepOf(plan, 'deploy orders dev')).toMatchObject({ wanted: true, gated: false, promotes: false });
  });

  test('goes where it is told', () => {
    expect(planned(up, { options: { to: 'test' } }).environments).toEqual(['test']);
  });
});

test.each([
  [run, { options: { to: 'prod' } }, 'There is no environment "prod"; write one of dev, test, production.'],
  [up, { options: { to: 'prod' } }, 'There is no environment "prod"; write one of dev, test, production.'],
  [stage, { args: ['unit', 'cart'] }, 'There is no service "cart"; write one of orders, inventory.'],
  [
    stage,
    { args: ['smoke'] },
    'There is no stage "smoke"; write one of unit, integration, contract, functional, acceptance.',
  ],
] as const)('what does not exist is refused with what does', (command, request, problem) => {
  expect(command.plan(shop, emptyState, { args: [], options: {}, ...request })).toEqual({
    kind: 'problems',
    problems: [problem],
  });
});

test('every plan file is found', async () => {
  expect((await loadPlans()).map(({ command }) => command)).toEqual(
    expect.arrayContaining(['run', 'stage', 'up']),
  );
});
