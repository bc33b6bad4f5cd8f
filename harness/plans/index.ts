import { loadDefaults } from '../plumbing/load-defaults.ts';
import type { PlanCommand } from './plan.ts';

/** Not found by itself: it is a command below `contracts`. */
export { default as verifyContracts } from './contracts/verify.ts';
export type { Plan, PlanCommand, Planned, PlanRequest } from './plan.ts';
export { type PromotionRequest, planPromotion } from './promotion/plan-promotion.ts';
export { planRollback, type RollbackRequest } from './promotion/plan-rollback.ts';

/** Every command that carries out a plan, one a file of this folder. */
export async function loadPlans(): Promise<readonly PlanCommand[]> {
  return loadDefaults<PlanCommand>(import.meta.dirname);
}
