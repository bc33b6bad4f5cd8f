import type { AppDefinition, Group, PathId, Timestamp } from '../definition/types.ts';

/** `app` is the definition to reach; for StopApplication, the one that goes. */
export type DeploymentAction =
  | { readonly kind: 'StartApplication'; readonly app: AppDefinition }
  | {
      readonly kind: 'ScaleApplication';
      readonly app: AppDefinition;
      /** Instances that kill-and-scale chose to die first. */
      readonly condemned: readonly string[];
    }
  | { readonly kind: 'RestartApplication'; readonly app: AppDefinition }
  | { readonly kind: 'StopApplication'; readonly app: AppDefinition };

/** Actions that need not wait for one another. */
export interface DeploymentStep {
  /** Side by side; never empty. */
  readonly actions: readonly DeploymentAction[];
}

/** How to get from one tree to another. */
export interface DeploymentPlan {
  readonly id: string;
  readonly version: Timestamp;
  readonly original: Group;
  readonly target: Group;
  /** One after another. Empty for a change without difference. */
  readonly steps: readonly DeploymentStep[];
  readonly affectedApps: readonly PathId[];
}
