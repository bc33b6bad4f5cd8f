import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type FoundPacts, findPacts } from './find-pacts.ts';
import { fromCompose } from './from-compose.ts';
import { fromFolders } from './from-folders.ts';
import { improveService } from './improve-services.ts';
import { allowedName, type Proposal, type ProposedService } from './proposal.ts';
import { findCompose } from './read-compose.ts';

/** Reads a project as a stranger would, and proposes its configuration. Writes nothing. */
export async function propose(root: string, env: NodeJS.ProcessEnv): Promise<Proposal> {
  const system = allowedName(basename(root));
  const compose = await findCompose(root, env);
  const found = compose === null ? null : await fromCompose(root, compose);
  const folders = found === null || found.services.length === 0 ? await fromFolders(root, system) : null;
  const leftOut = [...(found?.leftOut ?? []), ...(folders?.leftOut ?? [])];
  const wanted = folders?.services ?? found?.services ?? [];
  const there: ProposedService[] = [];
  for (const service of wanted) {
    if (service.image !== null || (await isFolder(join(root, service.path ?? `services/${service.name}`)))) {
      there.push(service);
    } else leftOut.push(`${service.name}: left out, because its folder ${service.path} is not here`);
  }
  const improved = await Promise.all(there.map((service) => improveService(root, service)));
  const pacts = await findPacts(root, improved);
  return {
    system,
    services: withoutReferencesTo(improved, wanted, leftOut).map((service) => ({
      ...service,
      pactName: pacts.names.get(service.name) ?? null,
    })),
    stores: found?.stores ?? [],
    folders: pacts.folder === null || pacts.folder === 'pacts' ? {} : { pacts: pacts.folder },
    hasPacts: pacts.folder !== null,
    leftOut: [...leftOut, ...pacts.unknown, ...aboutProviders(pacts)],
    sources: [...(found?.sources ?? []), ...(folders?.sources ?? [])],
  };
}

/** Settings that name a service that was left out would be refused. */
function withoutReferencesTo(
  services: readonly ProposedService[],
  wanted: readonly ProposedService[],
  leftOut: string[],
): readonly ProposedService[] {
  const gone = wanted.filter(({ name }) => !services.some((service) => service.name === name));
  return services.map((service) => ({
    ...service,
    env: Object.fromEntries(
      Object.entries(service.env).filter(([variable, value]) => {
        const missing = gone.find(({ name }) => value.includes(`{${name}.`));
        if (missing !== undefined)
          leftOut.push(`${service.name}: ${variable} is left out, because ${missing.name} is`);
        return missing === undefined;
      }),
    ),
  }));
}

function aboutProviders({ providers }: FoundPacts): readonly string[] {
  return [...new Set(providers)].map(
    (name) =>
      `pacts name ${name} as their provider: to verify them, write provider: { states: '/_pact/states' } for it and 'contract' in a gate`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isDirectory() === true;
}
