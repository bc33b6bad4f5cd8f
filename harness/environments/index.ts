export {
  type DeployManner,
  type DeployTools,
  deployApp,
  type MarathonApi,
  type RunningApp,
  type RunningTask,
  type StartedDeployment,
} from './deploy-app.ts';
export type { MarathonEvent } from './deployment-watch.ts';
export { appIdOf, deriveApp, groupOf, labelNames, type Subject } from './derive-app.ts';
export { type DeployRequest, Environments, type EnvironmentsOptions } from './environments.ts';
export { marathonApi } from './marathon-api.ts';
export { applyRoles } from './roles.ts';
export { type Addresses, settingsOf, type Whereabouts } from './service-settings.ts';
export { type SuiteSettingsOptions, suiteSettings } from './suite-settings.ts';
