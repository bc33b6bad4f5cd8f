import type { Config } from '../config/index.ts';
import { lastVerdict, type State } from '../ledger/index.ts';
import type { Call, EnvironmentView, Move, ServicePlace, SystemView } from '../model/index.ts';
import { environmentsView } from './environments.ts';
import { explain } from './explanation.ts';

/** What is where, what could go further, and who calls whom. Pure; `liveRuns` are the ids of commands that live. */
export function systemView(config: Config, state: State, liveRuns: ReadonlySet<string>): SystemView {
  const environments = environmentsView(config, state, liveRuns);
  return {
    system: config.system,
    environments,
    moves: config.gates.flatMap(({ from, to }) =>
      movesOver({ from, to }, environments, { state, system: config.system }),
    ),
    calls: config.services.flatMap(({ name, neighbours }) =>
      [...new Set(Object.values(neighbours))].map((provider) => ({
        from: name,
        to: provider,
        contract: contractBetween(state, name, provider),
      })),
    ),
  };
}

function movesOver(
  { from, to }: { readonly from: string; readonly to: string },
  environments: readonly EnvironmentView[],
  about: { readonly state: State; readonly system: string },
): readonly Move[] {
  const placeIn = (environment: string, service: string): ServicePlace | undefined =>
    environments
      .find(({ name }) => name === environment)
      ?.services.find((place) => place.service === service);
  return (environments.find(({ name }) => name === from)?.services ?? []).flatMap(({ service, ...place }) => {
    const candidate = place.deployed ?? { version: place.version, digest: place.digest };
    const target = placeIn(to, service);
    if (candidate.version === null || candidate.digest === null || candidate.digest === target?.digest)
      return [];
    const { version, digest } = candidate;
    return [
      {
        service,
        from,
        to,
        version,
        digest,
        instead: target?.version ?? null,
        ...answerFor({ service, to, digest }, about),
      },
    ];
  });
}

function answerFor(
  { service, to, digest }: { readonly service: string; readonly to: string; readonly digest: string },
  { state, system }: { readonly state: State; readonly system: string },
): Pick<Move, 'verdict' | 'reasons'> {
  if (lastVerdict(state, service, to)?.digest !== digest) {
    return { verdict: 'inconclusive', reasons: ['this version has not been judged for it yet'] };
  }
  const { verdict, reasons } = explain(state, { service, environment: to, system });
  return { verdict, reasons: reasons.map(({ reason }) => reason) };
}

function contractBetween(state: State, consumer: string, provider: string): Call['contract'] {
  return (
    state.contracts.findLast((result) => result.consumer === consumer && result.provider === provider)
      ?.status ?? null
  );
}
