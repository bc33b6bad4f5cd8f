import type { DeploymentAction } from './marathon-wire.ts';

/** `scale application /shop/orders` */
export function describeAction({ action, type, app = '' }: DeploymentAction): string {
  return `${(action ?? type ?? '').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()} ${app}`;
}
