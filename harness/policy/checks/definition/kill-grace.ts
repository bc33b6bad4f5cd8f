import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts, ServiceFacts } from './definition-facts.ts';

const fail = findingsOf('kill-grace');

const drainName = /(^|_)(DRAIN|SHUTDOWN|GRACE|GRACEFUL|TERMINATION)(_|$)/;

/** A task that still drains when its grace is over is killed with the requests it has. */
export function checkKillGrace({ services }: DefinitionFacts): readonly Finding[] {
  return services.flatMap((service) => {
    const { name, folder, app } = service;
    const longest = drainsOf(service).toSorted((a, b) => b.ms - a.ms)[0];
    if (longest === undefined || longest.ms < app.killGraceSeconds * 1000) return [];
    return [
      fail(
        name,
        `it drains for ${longest.ms} ms (${longest.variable}), but Marathon kills it ${app.killGraceSeconds} s after SIGTERM`,
        { key: `${folder}/marathon.json: taskKillGracePeriodSeconds` },
      ),
    ];
  });
}

/** Durations to stop, as set or as the code takes them by itself. */
function drainsOf({
  env,
  reads,
}: ServiceFacts): readonly { readonly variable: string; readonly ms: number }[] {
  const set = Object.values(env).flatMap((variables) => Object.entries(variables));
  const names = new Set(set.map(([name]) => name));
  const defaults = (reads ?? []).flatMap(({ name, fallback }): [string, string][] =>
    fallback === null || names.has(name) ? [] : [[name, fallback]],
  );
  return [...set, ...defaults]
    .filter(([variable, value]) => drainName.test(variable) && Number.isFinite(Number(value)))
    .flatMap(([variable, value]) => {
      const ms = /_MS$|_MILLIS(ECONDS)?$/.test(variable)
        ? Number(value)
        : /_S$|_SECS?$|_SECONDS$/.test(variable)
          ? Number(value) * 1000
          : null;
      return ms === null ? [] : [{ variable, ms }];
    });
}
