import { pathToFileURL } from 'node:url';
import { test } from 'vitest';
import { readPacts, statesOf } from '../../contracts/index.ts';
import type { StateHandler } from './handlers.ts';
import { stage, stageService } from './stage.ts';
import { type RunningService, startService } from './start-service.ts';
import { verifyProvider } from './verify-provider.ts';

type StateHandlers = Readonly<Record<string, StateHandler>>;
/** What a module of states exports by default: the handlers, or what makes them for a service that runs. */
type StatesModule = StateHandlers | ((service: RunningService) => StateHandlers | Promise<StateHandlers>);

/** Registers the test that a service's configuration (`provider`) stands for. */
export function testConfiguredProvider(name: string): void {
  test('honours every pact that names it', async () => {
    const { provider } = stageService(name);
    if (provider === undefined) throw new Error(`services.${name}.provider is not configured.`);
    const { headers, timeoutMs } = provider;
    const service = await startService(name);
    const stateHandlers = await handlersFor(name, service);
    await verifyProvider({ provider: name, url: service.url, stateHandlers, headers, timeoutMs });
  });
}

async function handlersFor(name: string, service: RunningService): Promise<StateHandlers> {
  const { statesPath = null, statesModule = null, timeoutMs = 0 } = stageService(name).provider ?? {};
  if (statesModule !== null) {
    const module = (await import(pathToFileURL(statesModule).href)) as { readonly default?: StatesModule };
    const states = module.default ?? {};
    return typeof states === 'function' ? states(service) : states;
  }
  if (statesPath === null) return {};
  const pacts = readPacts(stage().pacts.read).filter(({ provider }) => provider === name);
  return Object.fromEntries(
    pacts.flatMap((pact) =>
      statesOf(pact).map((state): [string, StateHandler] => [
        state,
        (params) => setState(new URL(statesPath, service.url), { state, params }, timeoutMs),
      ]),
    ),
  );
}

/** As Pact's own verifier asks a provider: an answer in JSON holds values for what the consumer generated. */
async function setState(
  url: URL,
  change: { readonly state: string; readonly params: Readonly<Record<string, unknown>> },
  timeoutMs: number,
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: 'setup', ...change }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`POST ${url.pathname} answered ${response.status}: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
