/** What the surroundings of a command say; the only reader of `process.env` in the harness. */
export interface Settings {
  /** True in continuous integration: plain lines, no prompts. */
  readonly ci: boolean;
  readonly colour: boolean;
  readonly env: NodeJS.ProcessEnv;
}

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const ci = env.CI !== undefined && env.CI !== '' && env.CI !== 'false' && env.CI !== '0';
  return { ci, colour: env.NO_COLOR === undefined || env.NO_COLOR === '', env };
}
