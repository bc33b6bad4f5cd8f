import { execa } from 'execa';
import { exitCodes, StagegateError } from '../../model/index.ts';
import { type ClusterAccess, findApp, listApps, readRoutes, titleOf } from '../../operations/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';

/** `stagegate open`: prints the stable address of a service, or Marathon's, and opens it where there is a browser. */
export async function open(service: string | undefined, options: ClusterOption): Promise<number> {
  const { access } = await findCluster(options);
  const address = service === undefined ? access.marathon?.href : await addressOf(service, access);
  if (address === undefined)
    throw new StagegateError('SG_USAGE', 'This cluster has no Marathon; name a service.');
  process.stdout.write(options.json === true ? `${JSON.stringify({ address })}\n` : `${address}\n`);
  if (options.json !== true && process.stdout.isTTY) await inBrowser(address);
  return exitCodes.yes;
}

async function addressOf(service: string, access: ClusterAccess): Promise<string> {
  const app = findApp(await listApps(access), service);
  const address = (await readRoutes(access)).get(app.id);
  if (address !== undefined) return address;
  const [task] = (app.tasks ?? []).filter(({ ports }) => ports.length > 0);
  if (task !== undefined) return `http://${task.host}:${task.ports[0]}`;
  throw new StagegateError(
    'SG_SERVICE_UNKNOWN',
    `${titleOf(app)} has no address: it takes no requests, or no task of it runs.`,
  );
}

/** A machine without a browser has printed the address, and that is enough. */
async function inBrowser(address: string): Promise<void> {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  await execa(opener, [address], { stdio: 'ignore', reject: false });
}
