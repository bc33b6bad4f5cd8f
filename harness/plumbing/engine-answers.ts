/** What a Docker client throws: the engine's answer, or that there was none. */
interface EngineError {
  readonly statusCode?: number;
  readonly code?: string;
}

/** No engine answers, or none any more; what is left in it carries a label, and a later sweep finds it. */
export function isEngineAway({ statusCode, code }: EngineError): boolean {
  return statusCode === undefined && code !== undefined;
}

/** For removing: somebody else was faster, or the engine is away. @throws anything else */
export function unlessGone(error: EngineError): void {
  if (error.statusCode !== 404 && error.statusCode !== 409 && !isEngineAway(error)) throw error;
}
