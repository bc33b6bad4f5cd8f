import { StagegateError } from '../../model/index.ts';
import { hashSources, makePlan, type Plan } from '../../pipeline/index.ts';
import { openProject } from '../project.ts';
import { targetOf } from '../target.ts';

export interface PlanOptions {
  readonly config?: string;
  readonly to?: string;
  readonly json?: boolean;
}

/** `stagegate plan`: prints what `run` would do; touches nothing. */
export async function plan(options: PlanOptions): Promise<number> {
  const config = await openProject(options.config);
  const planned = makePlan(
    config,
    { kind: 'run', to: options.to ?? targetOf(config) },
    await hashSources(config),
  );
  if (planned.kind === 'problems') throw new StagegateError('SG_USAGE', planned.problems.join('\n'));
  process.stdout.write(
    options.json === true ? `${JSON.stringify(planned.plan, null, 2)}\n` : describe(planned.plan),
  );
  return 0;
}

function describe({ steps }: Plan): string {
  const width = Math.max(...steps.map(({ title }) => title.length));
  const lines: string[] = [];
  let phase = '';
  for (const step of steps) {
    if (step.phase !== phase) lines.push(step.phase);
    phase = step.phase;
    const after = step.needs.length === 0 ? '' : `  after ${step.needs.join(', ')}`;
    lines.push(`  ${step.title.padEnd(width)}  ${step.fingerprint}${after}`);
  }
  return `${lines.join('\n')}\n`;
}
