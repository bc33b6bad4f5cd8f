import { glob, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allowedName, type ProposedService } from './proposal.ts';

export interface FoundPacts {
  /** Folder that holds them, relative to the project; null where there are none. */
  readonly folder: string | null;
  /** Service → what pacts call it, where that is another name. */
  readonly names: ReadonlyMap<string, string>;
  /** Services that pacts name as their provider. */
  readonly providers: readonly string[];
  /** Names in pacts that belong to no service, a sentence each. */
  readonly unknown: readonly string[];
}

/** Looks for pact files, and for the services that their parties are. */
export async function findPacts(root: string, services: readonly ProposedService[]): Promise<FoundPacts> {
  const files = await Array.fromAsync(
    glob('**/pacts/*.json', {
      cwd: root,
      exclude: (name) => ['node_modules', '.git', '.stagegate'].includes(name),
    }),
  );
  const [first] = files.sort((a, b) => a.length - b.length);
  const parties = new Set<string>();
  const providers = new Set<string>();
  for (const file of files) {
    const { consumer, provider } = await partiesOf(join(root, file));
    for (const party of [consumer, provider]) if (party !== null) parties.add(party);
    if (provider !== null) providers.add(provider);
  }
  const names = new Map<string, string>();
  const unknown: string[] = [];
  for (const party of parties) {
    const service = serviceCalled(party, services);
    if (service === null)
      unknown.push(`pacts name "${party}", which is no service here: write pactName for the one it is`);
    else if (service !== party) names.set(service, party);
  }
  return {
    folder: first === undefined ? null : dirname(first),
    names,
    providers: [...providers].flatMap((party) => serviceCalled(party, services) ?? []),
    unknown,
  };
}

async function partiesOf(
  file: string,
): Promise<{ readonly consumer: string | null; readonly provider: string | null }> {
  try {
    const { consumer, provider } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly consumer?: { readonly name?: string };
      readonly provider?: { readonly name?: string };
    };
    return { consumer: consumer?.name ?? null, provider: provider?.name ?? null };
  } catch {
    return { consumer: null, provider: null };
  }
}

/** `Order Service`, `order-service` and `OrderService` are one; so is `orders` where nothing else is. */
function serviceCalled(party: string, services: readonly ProposedService[]): string | null {
  const plain = (name: string): string => allowedName(name).replaceAll('-', '');
  const short = (name: string): string =>
    plain(name)
      .replace(/(service|svc|api|app)$/, '')
      .replace(/s$/, '');
  const exact = services.filter(({ name }) => plain(name) === plain(party));
  const near = exact.length > 0 ? exact : services.filter(({ name }) => short(name) === short(party));
  return near.length === 1 ? (near[0]?.name ?? null) : null;
}
