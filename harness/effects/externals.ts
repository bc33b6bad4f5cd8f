import { pathToFileURL } from 'node:url';
import type { ExternalConfig } from '../config/index.ts';
import { StagegateError } from '../model/index.ts';

/** What the module of an outside system exports by default. */
export type StartExternal = (options: { readonly host: string }) => Promise<RunningExternal>;

export interface RunningExternal {
  /** As tasks reach it. */
  readonly url: string;
  close(): Promise<void> | void;
}

/** Starts the stand-ins of outside systems in this process, each on a port of its own; resolves to their addresses. */
export async function startExternals(
  externals: readonly ExternalConfig[],
  host: string,
  undo: AsyncDisposableStack,
): Promise<Readonly<Record<string, string>>> {
  const started = await Promise.all(
    externals.map(async ({ name, module }) => {
      const running = await start(name, module, host);
      undo.defer(async () => running.close());
      return [name, running.url] as const;
    }),
  );
  return Object.fromEntries(started);
}

async function start(name: string, module: string, host: string): Promise<RunningExternal> {
  try {
    const { default: startExternal } = (await import(pathToFileURL(module).href)) as {
      default: StartExternal;
    };
    return await startExternal({ host });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new StagegateError(
      'SG_CONFIG_INVALID',
      `externals.${name}: ${module} did not start its stand-in: ${said}; its default export must be an async function that resolves to { url, close }.`,
      { cause: error },
    );
  }
}
