import type { Config } from '../config/index.ts';
import type { Console } from '../console/index.ts';
import type { RuntimeName } from '../model/index.ts';
import { basic } from '../operations/index.ts';
import type { PlatformAccess } from '../platforms/index.ts';

/** The console of the cluster that a command starts for itself: there from when that is ready until the command ends. */
export class RunConsole implements AsyncDisposable {
  readonly #config: Config;
  readonly #title: string;
  #console: Promise<Console> | null = null;

  constructor(config: Config, command: string) {
    this.#config = config;
    this.#title = `${command} ${config.system}`;
  }

  /** Opens it at the first call; resolves to a link that signs one browser in, once. */
  async linkTo(cluster: PlatformAccess, runtime: RuntimeName): Promise<URL> {
    this.#console ??= this.#open(cluster, runtime);
    return (await this.#console).loginUrl();
  }

  async #open(
    { marathonUrl, mesosUrl, edgeUrl, auth }: PlatformAccess,
    runtime: RuntimeName,
  ): Promise<Console> {
    // Loaded here: most runs have nobody who looks.
    const { openConsole } = await import('../console/index.ts');
    const config = this.#config;
    return openConsole({
      access: { marathon: marathonUrl, mesos: mesosUrl, edge: edgeUrl, authorization: basic(auth) },
      title: this.#title,
      runtime,
      project: (await import('./project-source.ts')).projectOf(config),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#console?.catch(() => null))?.[Symbol.asyncDispose]();
  }
}
