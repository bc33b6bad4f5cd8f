import { useEffect, useState } from 'preact/hooks';
import { stateOf } from '../../../../diagnosis/index.ts';
import type { Sample } from '../../../answers.ts';
import { get } from '../../api.ts';
import { tasksOf } from '../../data/sandbox.ts';
import type { Agent, MesosState, Resources } from '../../data/types.ts';
import { amount, memory } from '../../data/wording.ts';
import { Ago, Facts, Sparkline } from '../../ui/parts.tsx';
import { Meter } from '../../ui/status.tsx';

const pollMs = 4_000;

/** The whole cluster at a glance: what there is, what is used, and how that went over time. */
export function Overview({ state }: { readonly state: MesosState }) {
  const samples = useSamples();
  const { slaves, frameworks, unreachable_slaves = 0 } = state;
  const tasks = [...Map.groupBy(tasksOf(frameworks), (task) => task.state)].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  return (
    <>
      <div class="cards">
        <section class="card">
          <h2>Resources</h2>
          <ResourceMeters agents={slaves} />
        </section>
        <section class="card">
          <h2>Agents</h2>
          <Facts
            facts={[
              [
                'Active',
                <a key="active" href="/cluster/agents">
                  {state.activated_slaves}
                </a>,
              ],
              ['Deactivated', state.deactivated_slaves],
              ['Unreachable', unreachable_slaves],
            ]}
          />
        </section>
        <section class="card">
          <h2>Tasks</h2>
          {tasks.length === 0 ? <p class="soft">None</p> : null}
          <Facts
            facts={tasks.map(([name, list]) => [
              stateOf(name).word,
              <a key="n" href={`/cluster/tasks?state=${name}`}>
                {list.length}
              </a>,
            ])}
          />
        </section>
        <section class="card">
          <h2>Master</h2>
          <Facts
            facts={[
              ['Leader', state.leader ?? state.hostname],
              ['Elected', <Ago key="elected" at={(state.elected_time ?? state.start_time) * 1000} />],
              [
                'Frameworks',
                <a key="frameworks" href="/cluster/frameworks">
                  {frameworks.length}
                </a>,
              ],
            ]}
          />
        </section>
      </div>
      <h2>Over time</h2>
      <div class="cards">
        <Figure
          title="CPUs used"
          now={amount(samples.at(-1)?.cpusUsed)}
          values={samples.map(({ cpusUsed }) => cpusUsed)}
          max={samples.at(-1)?.cpusTotal}
        />
        <Figure
          title="Memory used"
          now={memory(samples.at(-1)?.memUsed)}
          values={samples.map(({ memUsed }) => memUsed)}
          max={samples.at(-1)?.memTotal}
        />
        <Figure
          title="Tasks running"
          now={amount(samples.at(-1)?.tasksRunning)}
          values={samples.map(({ tasksRunning }) => tasksRunning)}
        />
        <Figure
          title="Tasks failed, in all"
          now={amount(samples.at(-1)?.tasksFailed)}
          values={samples.map(({ tasksFailed }) => tasksFailed)}
        />
      </div>
    </>
  );
}

interface FigureProps {
  readonly title: string;
  readonly now: string;
  readonly values: readonly number[];
  readonly max?: number;
}

function Figure({ title, now, values, max }: FigureProps) {
  return (
    <section class="card">
      <h3>{title}</h3>
      <p class="figure">{now}</p>
      <Sparkline
        label={`${title} over the last ${Math.round((values.length * 2) / 60)} minutes`}
        values={values}
        max={max}
      />
    </section>
  );
}

/** Used, offered and free of each kind, over some agents. */
export function ResourceMeters({ agents }: { readonly agents: readonly Agent[] }) {
  const sum = (pick: (agent: Agent) => Resources, name: 'cpus' | 'mem' | 'disk' | 'gpus'): number =>
    agents.reduce((total, agent) => total + (pick(agent)[name] ?? 0), 0);
  const meter = (
    label: string,
    name: 'cpus' | 'mem' | 'disk' | 'gpus',
    write: (value: number) => string,
  ): object | null => {
    const total = sum(({ resources }) => resources, name);
    if (total === 0 && name === 'gpus') return null;
    return (
      <Meter
        label={label}
        total={total}
        write={write}
        parts={[
          { word: 'used', value: sum(({ used_resources }) => used_resources, name), tone: '' },
          { word: 'offered', value: sum(({ offered_resources }) => offered_resources, name), tone: 'warn' },
        ]}
      />
    );
  };
  return (
    <div class="meters">
      {meter('CPUs', 'cpus', amount)}
      {meter('Memory', 'mem', memory)}
      {meter('Disk', 'disk', memory)}
      {meter('GPUs', 'gpus', amount)}
    </div>
  );
}

function useSamples(): readonly Sample[] {
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  useEffect(() => {
    const read = (): void => void get<readonly Sample[]>('metrics').then(setSamples, () => {});
    read();
    const poll = setInterval(read, pollMs);
    return () => clearInterval(poll);
  }, []);
  return samples;
}
