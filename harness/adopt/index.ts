export { allowedName, type Proposal } from './proposal.ts';
export { propose } from './propose.ts';
export { type PipelineName, pipelines, renderPipeline } from './render-ci.ts';
export { renderConfig } from './render-config.ts';
export { renderSmokeTest } from './render-smoke-test.ts';
