export { readDefinitions } from './definitions/read-definitions.ts';
