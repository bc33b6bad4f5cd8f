import type { Address } from './server.ts';

/** Resolves once a path answers with a status below 400. @throws while it does not */
export async function pathAnswers({ host, port }: Address, path: string): Promise<void> {
  const response = await fetch(`http://${host}:${port}${path}`, { signal: AbortSignal.timeout(5_000) });
  await response.body?.cancel();
  if (response.status >= 400) throw new Error(`${path} answers ${response.status}`);
}
