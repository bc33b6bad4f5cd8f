export { appIdOf, deriveApp, groupOf, labelNames, type Subject } from './derive-app.ts';
