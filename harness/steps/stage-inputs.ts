import type { InputSet } from '../engine/index.ts';
import { neighboursOf, type StageName } from '../model/index.ts';
import {
  artifactInput,
  commonInputs,
  definitionInput,
  environmentInput,
  externalsInput,
  type Known,
  projectPath,
  serviceNamed,
} from './known.ts';

/** Everything that the suites of one service read in one stage. */
export function stageInputs(
  {
    stage,
    service,
    environment,
  }: { readonly stage: StageName; readonly service: string; readonly environment: string | null },
  known: Known,
): InputSet {
  return {
    ...commonInputs(known),
    stage,
    suites: suitesInput(stage, [service], known),
    artifact: artifactInput(service, known),
    ...ofStage(stage, service, environment, known),
  };
}

function ofStage(stage: StageName, service: string, environment: string | null, known: Known): InputSet {
  const { config } = known;
  switch (stage) {
    case 'unit':
      return {};
    case 'integration':
      return { externals: externalsInput([service], known) };
    case 'contract':
      return contractInputs(service, known);
    case 'functional':
      return {
        pacts: pactsInput([service], known),
        definition: definitionInput(service, known),
        externals: externalsInput([service], known),
        cluster: JSON.stringify(config.cluster),
        environment: environmentInput(environment, known),
      };
    case 'acceptance': {
      const all = config.services.map(({ name }) => name);
      const artifacts = all.map((name) => artifactInput(name, known));
      return {
        system: artifacts.includes(null) ? null : artifacts.join(' '),
        definitions: all.map((name) => definitionInput(name, known)).join('\n'),
        externals: externalsInput(all, known),
        cluster: JSON.stringify(config.cluster),
        environment: environmentInput(environment, known),
      };
    }
  }
}

/** A provider's result depends on what its consumers expect: on their suites and on the pacts that are committed. */
function contractInputs(service: string, known: Known): InputSet {
  const { config } = known;
  const consumers = config.services
    .filter((other) => neighboursOf(other).includes(service))
    .map(({ name }) => name);
  return {
    consumers: suitesInput('contract', consumers, known),
    pacts: pactsInput([service], known),
    externals: externalsInput([service], known),
    definition: definitionInput(service, known),
  };
}

/**
 * The files of the services' suites, and everything that they import: support, fixtures, sources of the service. What
 * the command of another runner reads is not known: everything in its folder counts, the service's own files too.
 */
function suitesInput(stage: StageName, services: readonly string[], known: Known): string {
  const suites = services.map((name) => ({ name, ...suiteOf(name, stage, known) }));
  const own = suites.flatMap(({ folders }) => folders.flatMap((folder) => known.files.below(folder)));
  const read = suites.flatMap(({ whole }) => whole.flatMap((folder) => known.files.below(folder)));
  const hash = known.files.ofAll([...known.imports.closure(own), ...read]);
  const commands = suites.flatMap(({ suite }) => (suite === undefined ? [] : [JSON.stringify(suite)]));
  return [hash, ...commands].join(' ').replaceAll(known.files.root, '.');
}

function suiteOf(name: string, stage: StageName, known: Known) {
  const { path, suites } = serviceNamed(known.config, name);
  const suite = suites[stage];
  const at = (folder: string): string => projectPath(known, folder);
  const usual = [`${at(known.config.folders.suites)}/${stage}/${name}`, `${at(path)}/suites/${stage}`];
  if (suite === undefined) return { suite, folders: usual, whole: [] };
  if (suite.kind === 'folder') return { suite, folders: [at(suite.folder)], whole: [] };
  return { suite, folders: usual, whole: [at(suite.folder), at(path)] };
}

/** The pacts that name one of the services as consumer or provider, by their content. */
function pactsInput(services: readonly string[], known: Known): string {
  const folder = projectPath(known, known.config.folders.pacts);
  const files = known.files.below(folder).filter((file) => {
    const parties = [...(known.files.text(file) ?? '').matchAll(party)].map(({ groups }) => groups?.name);
    return services.some((service) => parties.includes(serviceNamed(known.config, service).pactName));
  });
  return known.files.ofAll(files);
}

const party = /"(?:consumer|provider)"\s*:\s*\{[^{}]*"name"\s*:\s*"(?<name>[^"]*)"/g;
