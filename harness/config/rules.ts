import { approvalRules } from './approval-rules.ts';
import { platformRules } from './platform-rules.ts';
import type { RuleProblem } from './rule-problem.ts';
import type { ConfigInput } from './schema.ts';
import { neighboursInTemplates } from './settings-of.ts';
import { namesDiffer, templatesAreKnown } from './template-rules.ts';

/** What no single field can tell. Each rule holds on its own; all problems are reported together. */
export function checkRules(config: ConfigInput): readonly RuleProblem[] {
  return [
    ...neighboursExist(config),
    ...neighboursHaveNoCycle(config),
    ...externalsAreDeclared(config),
    ...variablesAreUsedOnce(config),
    ...servicesHaveOneSource(config),
    ...namesDiffer(config),
    ...templatesAreKnown(config),
    ...overridesNameServices(config),
    ...environmentNamesDiffer(config),
    ...platformRules(config),
    ...approvalRules(config),
    ...gateEnvironmentsExist(config),
    ...gatesFollowTheEnvironments(config),
    ...gatesRequireSomething(config),
  ];
}

function neighboursExist({ services }: ConfigInput): RuleProblem[] {
  const names = Object.keys(services);
  return Object.entries(services).flatMap(([service, { neighbours = {} }]) =>
    Object.entries(neighbours)
      .filter(([, neighbour]) => !names.includes(neighbour))
      .map(([variable, neighbour]) => ({
        key: `services.${service}.neighbours.${variable}`,
        wrong: `service "${neighbour}" does not exist`,
        write: `one of ${names.join(', ')}`,
      })),
  );
}

function neighboursHaveNoCycle({ services }: ConfigInput): RuleProblem[] {
  const cycle = findCycle(services);
  if (cycle === null) return [];
  return [
    {
      key: `services.${cycle[0]}.neighbours`,
      wrong: `the services depend on each other in a circle: ${cycle.join(' → ')}`,
      write: 'the neighbours so that one of these services needs none of the others',
    },
  ];
}

/** The first circle met, its first service repeated at the end. */
function findCycle(services: ConfigInput['services']): readonly string[] | null {
  const finished = new Set<string>();
  const visit = (service: string, trail: readonly string[]): readonly string[] | null => {
    if (trail.includes(service)) return [...trail.slice(trail.indexOf(service)), service];
    if (finished.has(service)) return null;
    for (const neighbour of neighboursOf(services, service)) {
      const cycle = visit(neighbour, [...trail, service]);
      if (cycle !== null) return cycle;
    }
    finished.add(service);
    return null;
  };
  for (const service of Object.keys(services)) {
    const cycle = visit(service, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

function neighboursOf(services: ConfigInput['services'], service: string): readonly string[] {
  const { neighbours = {}, env } = services[service] ?? {};
  return [
    ...Object.values(neighbours),
    ...Object.values(neighboursInTemplates({ env }, Object.keys(services))),
  ];
}

function externalsAreDeclared({ services, externals = {} }: ConfigInput): RuleProblem[] {
  const declared = Object.keys(externals);
  return Object.entries(services).flatMap(([service, { externals: used = {} }]) =>
    Object.entries(used)
      .filter(([, external]) => !declared.includes(external))
      .map(([variable, external]) => ({
        key: `services.${service}.externals.${variable}`,
        wrong: `outside system "${external}" is not declared`,
        write:
          declared.length > 0
            ? `one of ${declared.join(', ')}, or declare it: externals: { '${external}': '<module>' }`
            : `externals: { '${external}': '<module that starts its stand-in>' } beside services`,
      })),
  );
}

function variablesAreUsedOnce({ services }: ConfigInput): RuleProblem[] {
  return Object.entries(services).flatMap(([service, written]) => {
    const variables = [
      ...(written.database === undefined ? [] : [written.database]),
      ...Object.keys(written.neighbours ?? {}),
      ...Object.keys(written.externals ?? {}),
      ...Object.keys(written.env ?? {}),
      ...Object.keys(written.secrets ?? {}),
    ];
    return duplicatesOf(variables).map((variable) => ({
      key: `services.${service}`,
      wrong: `variable ${variable} is given two values`,
      write: 'another variable for one of them',
    }));
  });
}

function servicesHaveOneSource({ services }: ConfigInput): RuleProblem[] {
  return Object.entries(services).flatMap(([service, written]) => {
    const sources = (['image', 'artifact', 'build'] as const).filter((key) => written[key] !== undefined);
    if (sources.length < 2) return [];
    return [
      {
        key: `services.${service}`,
        wrong: `${sources.join(' and ')} say different things about where it comes from`,
        write: 'one of them',
      },
    ];
  });
}

function overridesNameServices({ services, environments }: ConfigInput): RuleProblem[] {
  const names = Object.keys(services);
  return environments.flatMap(({ services: overrides = {} }, index) =>
    Object.keys(overrides)
      .filter((service) => !names.includes(service))
      .map((service) => ({
        key: `environments.${index}.services.${service}`,
        wrong: `service "${service}" does not exist`,
        write: `one of ${names.join(', ')}`,
      })),
  );
}

function environmentNamesDiffer({ environments }: ConfigInput): RuleProblem[] {
  return duplicatesOf(environments.map(({ name }) => name)).map((name) => ({
    key: `environments.${environments.findLastIndex((environment) => environment.name === name)}.name`,
    wrong: `environment "${name}" is there twice`,
    write: 'another name, or remove it',
  }));
}

function gateEnvironmentsExist({ environments, gates }: ConfigInput): RuleProblem[] {
  const names = environments.map(({ name }) => name);
  return gates.flatMap((gate, index) =>
    (['from', 'to'] as const)
      .filter((side) => !names.includes(gate[side]))
      .map((side) => ({
        key: `gates.${index}.${side}`,
        wrong: `environment "${gate[side]}" does not exist`,
        write: `one of ${names.join(', ')}`,
      })),
  );
}

function gatesFollowTheEnvironments({ environments, gates }: ConfigInput): RuleProblem[] {
  const names = environments.map(({ name }) => name);
  if (duplicatesOf(names).length > 0) return [];
  const expected = names.slice(1).map((to, index) => ({ from: names[index] ?? to, to }));
  const missing = expected.filter(
    ({ from, to }) => !gates.some((gate) => gate.from === from && gate.to === to),
  );
  const superfluous = gates.flatMap((gate, index) => {
    if (!names.includes(gate.from) || !names.includes(gate.to)) return [];
    const position = expected.findIndex(({ from, to }) => gate.from === from && gate.to === to);
    const again = gates.findIndex(({ from, to }) => gate.from === from && gate.to === to) < index;
    if (position >= 0 && !again) return [];
    return [
      {
        key: `gates.${index}`,
        wrong: again
          ? `there is already a gate from ${gate.from} to ${gate.to}`
          : `${gate.to} does not come next after ${gate.from}`,
        write: again ? 'one gate with all it requires' : `gates between neighbours of ${names.join(' → ')}`,
      },
    ];
  });
  return [
    ...missing.map(({ from, to }) => ({
      key: 'gates',
      wrong: `no gate leads from ${from} to ${to}`,
      write: `{ from: '${from}', to: '${to}', requires: [ … ] }`,
    })),
    ...superfluous,
  ];
}

function gatesRequireSomething({ gates }: ConfigInput): RuleProblem[] {
  return gates.flatMap((gate, index) => {
    const key = `gates.${index}.requires`;
    if (gate.requires.length === 0) {
      return [
        {
          key,
          wrong: `the gate from ${gate.from} to ${gate.to} would open without any evidence`,
          write: 'at least one stage',
        },
      ];
    }
    return duplicatesOf(gate.requires).map((stage) => ({
      key,
      wrong: `stage ${stage} is there twice`,
      write: 'each stage once',
    }));
  });
}

function duplicatesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}
