import type Docker from 'dockerode';

/** One line of what the engine streams back. */
export interface Progress {
  readonly stream?: string;
  readonly status?: string;
  readonly error?: string;
  readonly aux?: { readonly Digest?: string; readonly ID?: string };
}

/** Reads what the engine streams back to its end; `error` is its own word, or why the stream could not be read. */
export async function follow(
  docker: Docker,
  stream: NodeJS.ReadableStream,
): Promise<{ readonly lines: readonly Progress[]; readonly error: string | null }> {
  const { promise, resolve } = Promise.withResolvers<{ lines: readonly Progress[]; error: string | null }>();
  docker.modem.followProgress(stream, (failure, output: readonly Progress[] | undefined) => {
    const lines = output ?? [];
    const said = lines.findLast((line) => line.error !== undefined)?.error ?? failure?.message ?? null;
    resolve({ lines, error: said });
  });
  return promise;
}
