import type { ContractResult, StageResult } from '../model/index.ts';
import type { ReplayRequest } from './replay-pacts.ts';
import type { StageRequest } from './run-stage.ts';

export type {
  ClusterAccess,
  PactFolders,
  PostgresAccess,
  StageContext,
  StageService,
} from './context.ts';
export type { ReplayRequest } from './replay-pacts.ts';
export { chosenRequestIds } from './request-ids.ts';
export type { StageRequest } from './run-stage.ts';
export { stageServiceOf } from './stage-service.ts';

/**
 * Runs one stage for some services and says, per service and in the order asked, what was found.
 * A failing test is a result, not an exception.
 * @throws `SG_INTERRUPTED` when the signal aborted, with every worker gone; `SG_PACT_INVALID` before any contract test runs.
 */
export async function runStage(request: StageRequest): Promise<StageResult[]> {
  // vitest is heavy to load; what runs no stage does without.
  const { runStage: run } = await import('./run-stage.ts');
  return run(request);
}

/** Replays pacts of other versions against one version of their provider. @throws `SG_INTERRUPTED` */
export async function replayPacts(request: ReplayRequest): Promise<readonly ContractResult[]> {
  const { replayPacts: replay } = await import('./replay-pacts.ts');
  return replay(request);
}
