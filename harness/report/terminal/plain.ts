import type { Reporter, RunEvent } from '../../model/index.ts';
import { duration, firstLine } from '../../model/index.ts';
import { clusterAt, counts, markOf } from '../wording.ts';
import type { Palette } from './palette.ts';
import { StageTally } from './stage-tally.ts';

/** One line for each thing that ended, as it ends: for logs, pipes and CI. */
export function openPlainProgress(write: (line: string) => void, palette: Palette): Reporter {
  const titles = new Map<string, string>();
  const tally = new StageTally();
  const report = (event: RunEvent): void => {
    tally.take(event);
    switch (event.kind) {
      case 'run-started':
        for (const { id, title } of event.steps) titles.set(id, title);
        write(`${palette.strong(event.system)} · run ${event.runId} · ${event.runtime} runtime`);
        return;
      case 'cluster-ready':
        write(
          `${palette.sign('good')} ${clusterAt(event)}  ${event.agents} agents, ready in ${duration(event.durationMs)}`,
        );
        return;
      case 'console-ready':
        write(`${palette.sign('good')} Console ${event.url}  the link signs one browser in`);
        return;
      case 'step-finished': {
        // The cluster has had its own line, with its addresses.
        if (event.step === 'open embedded' && event.outcome === 'pass') return;
        if (event.outcome === 'skipped') return;
        const counted = tally.of(event.step);
        const note = counted === undefined ? event.detail : counts(counted);
        write(
          `${palette.sign(markOf(event.outcome))} ${titles.get(event.step) ?? event.step} ${palette.soft(duration(event.durationMs))}${note === undefined ? '' : ` ${firstLine(note)}`}`,
        );
        return;
      }
      case 'test-finished':
        if (event.test.outcome !== 'fail') return;
        write(`${palette.sign('bad')} ${event.service} · ${event.stage}: ${event.test.name}`);
        write(`    ${firstLine(event.test.failure?.message ?? 'failed')}`);
        return;
      case 'notice':
        write(palette.soft(`note: ${event.text}`));
        return;
      default:
        return;
    }
  };
  return { report, close: async () => [] };
}
