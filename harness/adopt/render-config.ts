import type { Proposal, ProposedService, ProposedStore } from './proposal.ts';

/** The text of `stagegate.config.ts`, every part with a comment that says where it comes from. Pure. */
export function renderConfig(proposal: Proposal): string {
  const { system, services, stores, folders, leftOut, sources } = proposal;
  const tested = services.filter(({ suites }) => suites.unit !== undefined);
  const lines = [
    "import { defineConfig } from 'stagegate';",
    '',
    ...comment(
      `Written by stagegate init from ${list(sources)}. Change whatever does not fit; init never writes over it.`,
    ),
    'export default defineConfig({',
    `  system: ${quote(system)},`,
    '  services: {',
    ...services.flatMap((service) => indent(serviceLines(service, tested.length > 0), 4)),
    '  },',
    ...(stores.length === 0
      ? []
      : [
          '  // Started for the run and thrown away after it: as a program on the PATH, or in a container.',
          '  stores: {',
          ...stores.flatMap((store) => indent(storeLines(store), 4)),
          '  },',
        ]),
    '  // The system as it is deployed in the environment, behind its stable addresses.',
    "  suites: { acceptance: { folder: 'suites/acceptance' } },",
    ...(folders.pacts === undefined ? [] : [`  folders: { pacts: ${quote(folders.pacts)} },`]),
    ...(tested.length > 0 ? environmentsWithUnit : environmentsWithout),
    ...(leftOut.length === 0
      ? []
      : [
          '  // Not carried over, or not known:',
          ...leftOut.flatMap((one) => indent(comment(`- ${one}`), 2)),
        ]),
    '});',
  ];
  return `${lines.join('\n')}\n`;
}

const environmentsWithUnit = [
  '  // A version is built once and goes from left to right; a gate asks for the stages before it.',
  "  environments: [{ name: 'dev' }, { name: 'staging' }, { name: 'production' }],",
  '  gates: [',
  "    { from: 'dev', to: 'staging', requires: ['unit'] },",
  "    { from: 'staging', to: 'production', requires: ['acceptance'] },",
  '  ],',
];

const environmentsWithout = [
  '  // A version is built once and goes from left to right. No unit tests were found: the one gate asks the whole system.',
  "  environments: [{ name: 'staging' }, { name: 'production' }],",
  "  gates: [{ from: 'staging', to: 'production', requires: ['acceptance'] }],",
];

function serviceLines(service: ProposedService, unitIsAsked: boolean): readonly string[] {
  const { name, because, openVariables, suites } = service;
  const exempt =
    unitIsAsked && suites.unit === undefined ? { unit: 'stagegate init found no unit tests of it' } : {};
  const members = [
    ...member('kind', service.kind === 'worker' ? 'worker' : null),
    ...member('path', service.path),
    ...member('image', service.image),
    ...member('build', service.build),
    ...member('start', service.start),
    ...member('port', service.port),
    ...member('ready', service.ready),
    ...member('suites', suites),
    ...member('exempt', exempt),
    ...member('pactName', service.pactName),
    ...member('env', service.env),
    ...(openVariables.length === 0
      ? []
      : [
          '// The compose file takes these from its surroundings. Of the ones that matter, uncomment the line:',
          ...openVariables.map((variable) => `// secrets: { ${variable}: { env: '${variable}' } },`),
        ]),
  ];
  return [...because.flatMap(comment), ...block(name, members)];
}

function storeLines(store: ProposedStore): readonly string[] {
  const { name, kind, because } = store;
  const members = [
    ...member('kind', kind),
    ...member('image', store.image),
    ...member('port', store.port),
    ...member('shared', store.shared),
    ...member('dedicated', store.dedicated),
    ...member('env', store.env),
    ...member('init', store.init),
  ];
  const [only] = members;
  return [
    ...because.flatMap(comment),
    ...(members.length === 1 && only !== undefined
      ? [`${key(name)}: ${quote(kind)},`]
      : block(name, members)),
  ];
}

function block(name: string, members: readonly string[]): readonly string[] {
  if (members.length === 0) return [`${key(name)}: {},`];
  return [`${key(name)}: {`, ...indent(members, 2), '},'];
}

/** Nothing for what is null or empty. */
function member(name: string, value: unknown): readonly string[] {
  if (value === null) return [];
  if (Array.isArray(value)) return value.length === 0 ? [] : [`${name}: [${value.map(text).join(', ')}],`];
  if (typeof value !== 'object') return [`${name}: ${text(value)},`];
  const entries = Object.entries(value);
  if (entries.length === 0) return [];
  const short = `${name}: ${text(value)},`;
  if (short.length <= 100) return [short];
  return [`${name}: {`, ...entries.flatMap(([inner, of]) => indent(member(key(inner), of), 2)), '},'];
}

function text(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  return `{ ${Object.entries(value)
    .map(([name, of]) => `${key(name)}: ${text(of)}`)
    .join(', ')} }`;
}

function key(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
}

function quote(value: string): string {
  const escaped = JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"');
  return `'${escaped.replaceAll("'", "\\'")}'`;
}

/** A sentence as comment lines of at most a hundred letters. */
function comment(sentence: string): readonly string[] {
  const lines: string[] = [];
  for (const word of sentence.replaceAll(/\s+/g, ' ').split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 100) lines.push(`// ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}

function list(names: readonly string[]): string {
  return names.length <= 3
    ? names.join(', ')
    : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}
