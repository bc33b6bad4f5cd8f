import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

/** Pact's own mock server, for tests that hold the stub against it. */
export interface OfficialMock extends AsyncDisposable {
  /** Serves a pact and resolves to the URL; undefined when Pact refuses the pact. */
  serve(pact: object): Promise<string | undefined>;
}

const program = officialProgram();

/** Whether the official command line is installed for this machine. */
export const hasOfficialMock = program !== undefined;

function officialProgram(): string | undefined {
  try {
    const name = `@pact-foundation/pact-cli-${process.platform}-${process.arch}/package.json`;
    const file = join(dirname(createRequire(import.meta.url).resolve(name)), 'standalone', 'pact');
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Starts it, on a port that it picks itself. `folder` takes the pacts it would write. */
export async function startOfficialMock(folder: string): Promise<OfficialMock> {
  if (program === undefined) throw new Error('The official mock server is not installed.');
  const args = ['mock', 'start', '--port', '0', '--host', '127.0.0.1', '--no-file-log', '--output', folder];
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PACT_DO_NOT_TRACK: 'true' },
  });
  const port = await portOf(child.stdout);
  child.stdout.resume();
  return {
    async serve(pact) {
      const answer = await post(`http://127.0.0.1:${port}/`, JSON.stringify(pact));
      const said = JSON.parse(answer) as { mockServer?: { port: number } };
      return said.mockServer === undefined ? undefined : `http://127.0.0.1:${said.mockServer.port}`;
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.kill();
      await gone;
    },
  };
}

async function portOf(output: NodeJS.ReadableStream): Promise<number> {
  for await (const line of createInterface({ input: output })) {
    const port = /port:? (\d+)/i.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('The official mock server ended before it named its port.');
}

function post(url: string, body: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const request = httpRequest(url, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json' },
  });
  request.on('error', reject).on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    response.on('end', () => resolve(text)).on('error', reject);
  });
  request.end(body);
  return promise;
}
