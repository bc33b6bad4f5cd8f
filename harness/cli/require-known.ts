import type { Config } from '../config/index.ts';
import { StagegateError } from '../model/index.ts';

/** @throws `SG_USAGE` with the names there are */
export function requireService({ services }: Config, name: string): void {
  require('service', name, services);
}

/** @throws `SG_USAGE` with the names there are */
export function requireEnvironment({ environments }: Config, name: string): void {
  require('environment', name, environments);
}

function require(what: string, name: string, known: readonly { readonly name: string }[]): void {
  const names = known.map((one) => one.name);
  if (names.includes(name)) return;
  throw new StagegateError('SG_USAGE', `There is no ${what} "${name}"; write one of ${names.join(', ')}.`);
}
