export { attachedSpec } from './attached-spec.ts';
export { openEffects } from './open-effects.ts';
export { Resources } from './resources.ts';
