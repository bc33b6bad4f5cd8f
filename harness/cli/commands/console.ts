import { openConsole } from '../../console/index.ts';
import { exitCodes } from '../../model/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';
import { untilInterrupted } from '../interruption.ts';
import { projectSource } from '../project-source.ts';

export interface ConsoleCommandOptions extends ClusterOption {
  readonly port: number;
}

/** `stagegate console`: serves the web console of a running cluster until interrupted. */
export async function console(options: ConsoleCommandOptions, signal: AbortSignal): Promise<number> {
  const { access, title, runtime } = await findCluster(options);
  const project = await projectSource(options.config);
  await using served = await openConsole({ access, title, runtime, port: options.port, project });
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify({ console: served.url, login: served.loginUrl() })}\n`
      : `Console: ${served.loginUrl()}\nThe link signs one browser in, once. Ctrl-C ends the console and leaves the cluster alone.\n`,
  );
  await untilInterrupted(signal);
  return exitCodes.interrupted;
}
