import { readFile } from 'node:fs/promises';

/** What of a Dockerfile decides how its container is run. */
export interface DockerfileFacts {
  /** First port it exposes, where that is a number. */
  readonly port: number | null;
}

/** Null when there is none. Only its last stage counts, as for the image. */
export async function readDockerfile(file: string): Promise<DockerfileFacts | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const instructions = text
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.trim());
  const last = instructions.findLastIndex((line) => /^FROM\s/i.test(line));
  const exposed = instructions.slice(last).find((line) => /^EXPOSE\s/i.test(line));
  const port = /^EXPOSE\s+(\d+)/i.exec(exposed ?? '')?.[1];
  return { port: port === undefined ? null : Number(port) };
}
