import { defaultRules, type GateRules, type TimeWindow } from '../model/index.ts';
import type { GateConfig } from './config.ts';
import type { ConfigInput } from './schema.ts';

type GateInput = ConfigInput['gates'][number];
type WindowInput = NonNullable<GateInput['allow']>[number];

/** A gate with every rule filled in. */
export function readGate({ from, to, requires, ...written }: GateInput): GateConfig {
  const { approvals, allow = [], deny = [], observe, ...plain } = written;
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
  const rules: GateRules = {
    ...defaultRules,
    ...given,
    ...(approvals === undefined
      ? {}
      : { approvals: { count: 1, roles: [], byAuthor: false, expireAfterHours: 72, ...approvals } }),
    windows: [...allow.map(windowOf('allow')), ...deny.map(windowOf('deny'))],
    observe: { ...defaultRules.observe, ...observe },
  };
  return { from, to, requires, rules };
}

function windowOf(kind: TimeWindow['kind']) {
  return ({
    days = [],
    dates = [],
    from = '00:00',
    to = '24:00',
    timeZone,
    reason,
  }: WindowInput): TimeWindow => ({
    kind,
    days,
    dates,
    from,
    to,
    timeZone,
    reason: reason ?? null,
  });
}
