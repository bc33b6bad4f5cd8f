export { type ResolvedAddress, resolveAddress, resolveText } from './address.ts';
export type { AppDefinition } from './app-definition.ts';
export {
  type Address,
  type ClusterConfig,
  type Config,
  type ConfigProblem,
  describeProblem,
  type EnvironmentConfig,
  type ExternalConfig,
  type GateConfig,
  type PlatformConfig,
  type RuntimeWish,
  type ServiceConfig,
  type ServiceOverride,
} from './config.ts';
export { checkWritten, configFileName, loadConfig } from './load.ts';
export { type Recognised, recogniseFolder } from './recognise/index.ts';
export { type ConfigInput, defineConfig } from './schema.ts';
export { missingSecrets, readSecret, secretValues } from './secrets.ts';
export { readSettings, type Settings } from './settings.ts';
export { fillIn, type Reference, referencesIn } from './templates.ts';
