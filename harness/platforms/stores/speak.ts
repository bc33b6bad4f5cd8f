import { once } from 'node:events';
import { connect } from 'node:net';
import type { Address } from './server.ts';

const timeoutMs = 5_000;

/**
 * Connects, writes `said`, and resolves to what the server answered until `isWhole` is content; with the default, its
 * first words. An empty answer is enough where `said` is empty and nothing is expected: that it accepts.
 * @throws when it refuses, hangs up before or says nothing in time
 */
export async function speak(
  { host, port }: Address,
  said: string | Buffer,
  isWhole: (answer: string) => boolean = (answer) => answer !== '',
): Promise<string> {
  const socket = connect({ host, port });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await once(socket, 'connect', { signal });
    if (said !== '') socket.write(said);
    let answer = '';
    while (!isWhole(answer)) {
      const [chunk] = (await Promise.race([
        once(socket, 'data', { signal }),
        once(socket, 'close', { signal }).then(() => [null]),
      ])) as [Buffer | null];
      if (chunk === null) throw new Error('it closed the connection');
      answer += chunk.toString('latin1');
    }
    return answer;
  } finally {
    socket.destroy();
  }
}

/** Resolves once a connection was accepted. */
export async function accepts(address: Address): Promise<void> {
  await speak(address, '', () => true);
}
