export { type Build, type BuildOptions, buildService } from './build-service.ts';
export type { Source } from './builder.ts';
export { type DetectedRuntime, detectRuntime } from './detect-runtime.ts';
export { type Registry, type RegistryOptions, startRegistry } from './registry.ts';
export { type Revision, revisionOf } from './revision.ts';
