import { createRequire } from 'node:module';
import { messagesPath, statesPath } from './verification-server.ts';

/** Settings of Pact that would leave something out of a verification, or verify something else. */
const isForbidden = (name: string): boolean =>
  name.startsWith('PACT_') && name !== 'PACT_DO_NOT_TRACK' && !name.startsWith('PACT_PREBUILD');

/**
 * Runs Pact's verifier over pact files against a server of this machine. Resolves to its report, JSON text, or to
 * what it said instead of one. No setting in the environment has a say.
 */
export async function runVerifier(options: {
  readonly provider: string;
  readonly port: number;
  readonly pactFiles: readonly string[];
}): Promise<string> {
  const { provider, port, pactFiles } = options;
  const url = `http://127.0.0.1:${port}`;
  const kept = Object.entries(process.env).filter(([name]) => isForbidden(name));
  for (const [name] of kept) delete process.env[name];
  try {
    // Its native library takes its time to load, and most suites do without.
    const core = loadCore();
    return await core.verifyPacts({
      provider,
      providerBaseUrl: url,
      providerStatesSetupUrl: `${url}${statesPath}`,
      transports: [{ protocol: 'message', port, path: messagesPath }],
      pactUrls: [...pactFiles],
      logLevel: 'error',
      // The server in between answers sooner, whatever the provider does.
      timeout: 300_000,
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const [name, value] of kept) process.env[name] = value;
  }
}

interface PactCore {
  verifyPacts(options: object): Promise<string>;
}

/** The core that `@pact-foundation/pact` brings: the same version, whatever else is installed. */
function loadCore(): PactCore {
  const besidePact = createRequire(entryOfPact());
  const loaded = besidePact('@pact-foundation/pact-core') as { readonly default: PactCore };
  return loaded.default;
}

/** Installed by projects that have pacts. */
function entryOfPact(): string {
  try {
    return import.meta.resolve('@pact-foundation/pact');
  } catch (cause) {
    throw new Error("Pact's verifier is not installed: npm install --save-dev @pact-foundation/pact", {
      cause,
    });
  }
}
