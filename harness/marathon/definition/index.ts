export { hasOnlyScaled, hasSameDefinition } from './compare.ts';
export { answerOf, ok, refused } from './outcome.ts';
export { type AppUpdate, applyUpdate, parseApp, parseAppUpdate } from './parse-app.ts';
export { parseJson } from './parse-json.ts';
export { checkId, isWithin, lastSegment, parentOf, resolveId } from './path-id.ts';
export { renderApp } from './render-app.ts';
export type * from './types.ts';
