import { join } from 'node:path';
import type { Reporter, RunEvent } from '../model/index.ts';
import { openFileReports } from '../report/reports.ts';

export function openReporter({
  root,
}: {
  readonly root: string;
  readonly json: boolean;
}): Reporter & AsyncDisposable {
  const files = openFileReports(join(root, 'reports'));
  const plain = (event: RunEvent) => {
    if (event.kind === 'step-finished')
      console.log(
        (performance.now() / 1000).toFixed(1),
        event.step,
        event.outcome,
        event.durationMs,
        event.detail ?? '',
      );
    else if (event.kind === 'cluster-ready') console.log('Marathon', event.marathonUrl);
    else if (event.kind === 'test-finished' && event.test.outcome === 'failed')
      console.log('FAILED', event.stage, event.service, event.test.name, event.test.failure?.message);
    else if (event.kind === 'stage-finished')
      console.log(
        event.result.stage,
        event.result.service,
        event.result.status,
        event.result.tests,
        event.result.durationMs,
      );
    else if (event.kind === 'run-finished')
      console.log(event.record.verdict, event.exitCode, event.record.durationMs, event.record.problems);
  };
  const close = async () => {
    const f = await files.close();
    console.log((performance.now() / 1000).toFixed(1), f, files.notices);
    return f;
  };
  return {
    report(event) {
      plain(event);
      files.report(event);
    },
    close,
    async [Symbol.asyncDispose]() {
      await close();
    },
  };
}
