import { resolve } from 'node:path';
import type { ProviderVerifying } from '../model/index.ts';
import { isFile } from './project-files.ts';
import type { RuleProblem } from './rule-problem.ts';
import type { ProviderInput } from './schema-provider.ts';

type Found =
  | { readonly kind: 'provider'; readonly provider: ProviderVerifying | null }
  | { readonly kind: 'unsound'; readonly problem: RuleProblem };

const usualTimeoutSeconds = 10;

/** How a service's pacts are verified, checked as far as files and variables go. */
export async function providerOf(
  written: ProviderInput | undefined,
  { root, name, env }: { readonly root: string; readonly name: string; readonly env: NodeJS.ProcessEnv },
): Promise<Found> {
  if (written === undefined) return { kind: 'provider', provider: null };
  const { states, headers = {}, timeoutSeconds = usualTimeoutSeconds } = written;
  const key = `services.${name}.provider`;
  const isModule = states !== undefined && !states.startsWith('/');
  if (isModule && !(await isFile(resolve(root, states)))) {
    return {
      kind: 'unsound',
      problem: {
        key: `${key}.states`,
        wrong: `there is no file ${states}`,
        write:
          'a path of the service, such as "/_pact/states", or a module whose default export has a function for each state',
      },
    };
  }
  for (const [header, value] of Object.entries(headers)) {
    if (typeof value === 'string' || (env[value.env] ?? '') !== '') continue;
    return {
      kind: 'unsound',
      problem: {
        key: `${key}.headers.${header}`,
        wrong: `the environment variable ${value.env} is not set`,
        write: `${value.env}=<value> before the command`,
      },
    };
  }
  return {
    kind: 'provider',
    provider: {
      statesPath: states === undefined || isModule ? null : states,
      statesModule: isModule ? resolve(root, states) : null,
      headers: Object.fromEntries(
        Object.entries(headers).map(([header, value]) => [
          header,
          typeof value === 'string' ? value : (env[value.env] ?? ''),
        ]),
      ),
      timeoutMs: timeoutSeconds * 1000,
    },
  };
}
