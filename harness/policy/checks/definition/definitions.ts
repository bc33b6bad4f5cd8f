import type { Finding } from '../finding.ts';
import type { DefinitionFacts } from './definition-facts.ts';
import { checkDependencies } from './dependencies.ts';
import { checkHealthChecks } from './health-checks.ts';
import { checkImageContents } from './image-contents.ts';
import { checkImageUser } from './image-user.ts';
import { checkInstances } from './instances.ts';
import { checkKillGrace } from './kill-grace.ts';
import { checkLimits } from './limits.ts';
import { checkPorts } from './ports.ts';
import { checkResourceRequests } from './resource-requests.ts';
import { checkSettings } from './settings.ts';
import { checkUpgradeStrategy } from './upgrade-strategy.ts';

/** Every check of what is written, before anything runs. */
const checks: readonly ((facts: DefinitionFacts) => readonly Finding[])[] = [
  checkInstances,
  checkHealthChecks,
  checkDependencies,
  checkResourceRequests,
  checkUpgradeStrategy,
  checkKillGrace,
  checkPorts,
  checkImageUser,
  checkImageContents,
  checkSettings,
  checkLimits,
];

/** What is wrong with the definitions, service by service; empty when nothing is. Pure. */
export function checkDefinitions(facts: DefinitionFacts): readonly Finding[] {
  const found = checks.flatMap((check) => check(facts));
  const order = facts.services.map(({ name }) => name);
  return found.toSorted((a, b) => order.indexOf(a.service) - order.indexOf(b.service));
}
