import type { Config, GateConfig } from '../../config/index.ts';
import type { Step } from '../../engine/index.ts';
import type { BuiltArtifact } from '../../ledger/index.ts';
import { dependenciesOf, neighboursOf, topologyOf } from '../../model/index.ts';
import type { DeployStep, GateStep, ObserveStep, SettleStep } from '../../steps/index.ts';
import { locks } from '../parts/lock.ts';
import { isLasting, openPlatform, platformOf } from '../parts/steps.ts';

export interface Manner {
  readonly isRollback: boolean;
  readonly reason: string;
}

/** Gate, deployment and observation of each artifact, one after the other, and at the end one answer for all. */
export function promotionSteps(
  config: Config,
  gate: GateConfig,
  artifacts: readonly BuiltArtifact[],
  manner: Manner,
): readonly Step[] {
  if (artifacts.length === 0) return [];
  const { to } = gate;
  const set = artifacts.map(({ service }) => service);
  const lasting = isLasting(config, platformOf(config, to));
  const command = manner.isRollback ? 'rollback' : 'promote';
  const open = openPlatform(platformOf(config, to));
  const gates = set.map((service) => gateOf(config, gate, service, { set, lasting, ...manner }));
  if (!lasting) {
    return [...gates, settle(set, gate, { lasting, after: gates.map(({ id }) => id), ...manner })];
  }
  const each = set.flatMap((service, index) => {
    const before = index === 0 ? [] : [lastStepOf(set[index - 1] ?? '', gate)];
    return changes(config, gate, service, { set, open: open.id, before, ...manner });
  });
  const after = each.map(({ id }) => id);
  return [
    ...locks(config, to, { command, after: [], catchesUp: true }),
    open,
    ...gates,
    ...each,
    settle(set, gate, { lasting, after, ...manner }),
  ];
}

function gateOf(
  config: Config,
  { from, to, requires }: GateConfig,
  service: string,
  { set, lasting, isRollback }: Manner & { readonly set: readonly string[]; readonly lasting: boolean },
): GateStep {
  const topology = topologyOf(config.services);
  const neighbours = topology[service] ?? [];
  const called = neighbours.filter((neighbour) => set.includes(neighbour));
  return {
    kind: 'gate',
    id: `gate ${service} ${to}`,
    title: `${service}: ${from} → ${to}`,
    phase: `gate ${from} → ${to}`,
    service,
    from,
    to,
    requires,
    neighbours,
    dependsOn: [...dependenciesOf(service, topology)],
    together: set,
    ...(isRollback ? { isRollback } : {}),
    needs: [...(lasting ? [`lock ${to}`] : []), ...called.map((neighbour) => `gate ${neighbour} ${to}`)],
  };
}

function changes(
  config: Config,
  gate: GateConfig,
  service: string,
  {
    set,
    open,
    before,
    isRollback,
  }: Manner & { readonly set: readonly string[]; readonly open: string; readonly before: readonly string[] },
): readonly Step[] {
  const { to, rules } = gate;
  const written = config.services.find(({ name }) => name === service);
  const deploy: DeployStep = {
    kind: 'deploy',
    id: `deploy ${service} ${to}`,
    title: `deploy ${service} to ${to}`,
    phase: to,
    service,
    environment: to,
    neighbours: written === undefined ? [] : neighboursOf(written),
    gated: true,
    // What is promoted together is recorded together, at the end.
    promotes: false,
    lasting: true,
    set,
    ...(isRollback ? { isRollback } : {}),
    needs: [...set.map((one) => `gate ${one} ${to}`), open, `lock ${to}`, ...before],
    uses: [open],
  };
  if (rules.observe.seconds === 0) return [deploy];
  const observe: ObserveStep = {
    kind: 'observe',
    id: `observe ${service} ${to}`,
    title: `observe ${service} in ${to}`,
    phase: to,
    service,
    environment: to,
    rule: rules.observe,
    needs: [deploy.id],
    uses: [open],
  };
  return [deploy, observe];
}

function lastStepOf(service: string, { to, rules }: GateConfig): string {
  return `${rules.observe.seconds === 0 ? 'deploy' : 'observe'} ${service} ${to}`;
}

function settle(
  services: readonly string[],
  { to }: GateConfig,
  {
    lasting,
    after,
    isRollback,
    reason,
  }: Manner & { readonly lasting: boolean; readonly after: readonly string[] },
): SettleStep {
  return {
    kind: 'settle',
    id: `settle ${to}`,
    title: `record ${to}`,
    phase: to,
    services,
    environment: to,
    lasting,
    isRollback,
    reason,
    needs: after,
  };
}
