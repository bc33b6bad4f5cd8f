export { Jobs, type JobsOptions } from './jobs.ts';
export { routeJobs } from './routes.ts';
