import { styleText } from 'node:util';
import { readSettings } from '../../config/index.ts';
import type { LogLine } from '../../diagnosis/index.ts';
import { findApps, type LogBatch, listApps, readLogs, titleOf } from '../../operations/index.ts';
import { type ClusterOption, findCluster } from '../find-cluster.ts';

export interface LogsOptions extends ClusterOption {
  readonly follow?: boolean;
  /** In milliseconds since the epoch. */
  readonly since?: number;
  readonly tail?: number;
}

/** `stagegate logs`: what services printed, in order of time, each line behind the name of its service. */
export async function logs(
  services: readonly string[],
  options: LogsOptions,
  signal: AbortSignal,
): Promise<number> {
  const { access } = await findCluster(options);
  const apps = await listApps(access);
  const wanted = services.flatMap((name) => findApps(apps, name));
  const titles = new Map(apps.map((app) => [app.id, titleOf(app)]));
  const write = options.json === true ? jsonLine : prefixed(wanted.length === 0 ? apps : wanted, titles);
  const batches = readLogs(access, {
    appIds: wanted.map(({ id }) => id),
    follow: options.follow === true,
    sinceMs: options.since,
    signal,
  });
  let isFirst = true;
  for await (const batch of batches) {
    const lines = isFirst && options.tail !== undefined ? last(batch, options.tail) : batch;
    isFirst = false;
    process.stdout.write(lines.map(write).join(''));
  }
  return 0;
}

function last(batch: LogBatch, lines: number): LogBatch {
  return lines === 0 ? [] : batch.slice(-lines);
}

function jsonLine(line: LogLine): string {
  return `${JSON.stringify(line)}\n`;
}

const colours = ['cyan', 'magenta', 'green', 'yellow', 'blue', 'cyanBright', 'magentaBright'] as const;

/** Names get a colour each, in the order of the list. */
function prefixed(
  apps: readonly { readonly id: string }[],
  titles: ReadonlyMap<string, string>,
): (line: LogLine) => string {
  const colour = readSettings().colour && process.stdout.isTTY === true;
  const order = new Map(apps.map(({ id }, index) => [id, index]));
  const width = Math.max(0, ...apps.map(({ id }) => (titles.get(id) ?? id).length));
  return ({ appId, text }) => {
    const name = (titles.get(appId) ?? appId.slice(1)).padEnd(width);
    const format = colours[(order.get(appId) ?? 0) % colours.length] ?? 'cyan';
    return `${colour ? styleText(format, name, { validateStream: false }) : name} | ${text}\n`;
  };
}
