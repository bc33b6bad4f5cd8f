import { AsyncLocalStorage } from 'node:async_hooks';
import { inject } from 'vitest';
import type { ClusterAccess, StageContext, StageService } from '../context.ts';

/** The stage whose helpers are used outside of vitest, for test runners of other kinds. */
const outside = new AsyncLocalStorage<StageContext>();

/** Calls `work`, in which helpers of `stagegate/testing` find this context. */
export function inStage<T>(context: StageContext, work: () => Promise<T>): Promise<T> {
  return outside.run(context, work);
}

/** The context of the running stage. @throws outside of `stagegate run` and `stagegate stage`. */
export function stage(): StageContext {
  const context = outside.getStore() ?? inject('stagegate');
  if (context === undefined) {
    throw new Error(
      'stagegate/testing works in suites that stagegate runs: npm run -s stagegate -- stage <name>.',
    );
  }
  return context;
}

export function stageService(name: string): StageService {
  const { services } = stage();
  const service = services[name];
  if (service !== undefined) return service;
  throw new Error(
    `There is no service "${name}" in this system; there are ${Object.keys(services).join(', ')}.`,
  );
}

export function stageCluster(): ClusterAccess {
  const { cluster, stage: name } = stage();
  if (cluster !== undefined) return cluster;
  throw new Error(
    `The ${name} stage has no cluster; deploySubject and system belong to functional and acceptance.`,
  );
}
