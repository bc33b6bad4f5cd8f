import type { RuleProblem } from './rule-problem.ts';
import type { ConfigInput } from './schema.ts';

/** What gates and quarantine name must exist: a role that nobody has would keep everything out for ever. */
export function approvalRules(config: ConfigInput): readonly RuleProblem[] {
  return [...rolesExist(config), ...quarantineNamesServices(config)];
}

function rolesExist({ gates, roles = {} }: ConfigInput): RuleProblem[] {
  const known = Object.keys(roles);
  return gates.flatMap(({ approvals, breakGlass }, index) =>
    [
      ...(approvals?.roles ?? []).map((role) => ({ role, key: `gates.${index}.approvals.roles` })),
      ...(breakGlass?.roles ?? []).map((role) => ({ role, key: `gates.${index}.breakGlass.roles` })),
    ]
      .filter(({ role }) => !known.includes(role))
      .map(({ role, key }) => ({
        key,
        wrong: `role "${role}" is not declared`,
        write:
          known.length > 0
            ? `one of ${known.join(', ')}`
            : `roles: { '${role}': ['<mail address>'] } beside gates`,
      })),
  );
}

function quarantineNamesServices({ services, quarantine = [] }: ConfigInput): RuleProblem[] {
  const names = Object.keys(services);
  return quarantine.flatMap(({ service }, index) =>
    names.includes(service)
      ? []
      : [
          {
            key: `quarantine.${index}.service`,
            wrong: `service "${service}" does not exist`,
            write: `one of ${names.join(', ')}`,
          },
        ],
  );
}
