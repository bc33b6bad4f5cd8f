import { randomInt } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StagegateError } from '../model/index.ts';
import { identityOf, isRunning, type ProcessIdentity } from '../plumbing/process-identity.ts';

/** Ports of one agent: nobody else of this machine's stagegates hands them out. Disposing gives them back. */
export interface PortBlock extends AsyncDisposable {
  /** First and last port, both included. */
  readonly first: number;
  readonly last: number;
}

const portsPerBlock = 100;
/** Above what well-known servers use, below 32768, where systems start to pick ports for outgoing connections. */
const firstPort = 10_000;
const blockCount = 225;

/** Where every stagegate of the machine writes its claims. */
const claims = join(tmpdir(), 'stagegate-ports');

/**
 * Claims a block of ports that no live run has claimed in the same folder, and on which nothing listens.
 * @throws `SG_PORT_TAKEN` when there is none
 */
export async function claimPortBlock(host: string, folder: string = claims): Promise<PortBlock> {
  await openFolder(folder);
  const start = randomInt(blockCount);
  for (let offset = 0; offset < blockCount; offset++) {
    const block = (start + offset) % blockCount;
    const first = firstPort + block * portsPerBlock;
    const last = first + portsPerBlock - 1;
    const claim = await claimBlock(folder, block);
    if (claim === null) continue;
    if (await allFree(host, first, last)) {
      return { first, last, [Symbol.asyncDispose]: () => rm(claim, { force: true }) };
    }
    await rm(claim, { force: true });
  }
  const range = `${firstPort}–${firstPort + blockCount * portsPerBlock - 1}`;
  throw new StagegateError(
    'SG_PORT_TAKEN',
    `No ${portsPerBlock} neighbouring ports are free on ${host} in ${range}; claims of live runs are in ${folder}.`,
  );
}

/** Shared by every user of the machine, like the folder it is in. */
async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o1777).catch(() => {});
}

/**
 * A claim is a file of its own per owner, so that removing a dead one can never hit a live one. Claiming writes first
 * and looks second: of two that claim one block at once, at least one sees the other and goes on to the next.
 */
async function claimBlock(folder: string, block: number): Promise<string | null> {
  const owner = identityOf();
  const mine = `${block}.${owner.pid}.${randomInt(2 ** 32).toString(36)}`;
  const content = JSON.stringify(owner);
  await writeFile(join(folder, mine), content);
  const others = (await readdir(folder)).filter((name) => name.startsWith(`${block}.`) && name !== mine);
  const taken = await Promise.all(others.map((name) => standsOrIsSwept(join(folder, name))));
  if (!taken.includes(true)) return join(folder, mine);
  await rm(join(folder, mine), { force: true });
  return null;
}

/** False when its owner is dead; then it is gone afterwards. A claim that is just being written, or may not be read, stands. */
async function standsOrIsSwept(claim: string): Promise<boolean> {
  try {
    if (isRunning(JSON.parse(await readFile(claim, 'utf8')) as ProcessIdentity)) return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
  // Another user's stays where it is, and claims nothing any more.
  await rm(claim, { force: true }).catch(() => {});
  return false;
}

async function allFree(host: string, first: number, last: number): Promise<boolean> {
  for (let port = first; port <= last; port++) if (!(await isFree(host, port))) return false;
  return true;
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
