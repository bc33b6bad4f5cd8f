export { type Build, type BuildOptions, buildService } from './build-service.ts';
export type { Source } from './builder.ts';
export { type DetectedRuntime, detectRuntime, type NeededImages } from './detect-runtime.ts';
export { neededImages } from './needed-images.ts';
export {
  keepsImage,
  locationIn,
  type Registry,
  type RegistryOptions,
  registryFolder,
  startRegistry,
} from './registry.ts';
export { type Revision, revisionOf } from './revision.ts';
