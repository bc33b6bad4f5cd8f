export { attribute, describeIncident, type Question } from './attribute.ts';
export { type LogLine, type Observation, type ObservedRequest, serviceOfApp } from './observation.ts';
