import { useState } from 'preact/hooks';
import { type AgentAction, act, agentStatusOf } from '../../data/agents.ts';
import { readMesos } from '../../data/mesos.ts';
import type { Agent, MesosState } from '../../data/types.ts';
import { memory } from '../../data/wording.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Ago, Empty, Facts } from '../../ui/parts.tsx';
import { StatusMark } from '../../ui/status.tsx';
import { say } from '../../ui/toasts.tsx';
import { ClusterTasks } from './cluster-tasks.tsx';
import { ResourceMeters } from './overview.tsx';

const questions: Readonly<Record<AgentAction, { readonly title: string; readonly text: string }>> = {
  drain: {
    title: 'Drain',
    text: 'Its tasks are killed with their grace period and started elsewhere, and nothing more is offered from it, until it is reactivated.',
  },
  deactivate: {
    title: 'Deactivate',
    text: 'Its tasks go on; nothing more is offered from it, until it is reactivated.',
  },
  reactivate: { title: 'Reactivate', text: 'What it has is offered again.' },
  gone: {
    title: 'Mark gone',
    text: 'Mesos forgets the agent for good, and its tasks count as gone. It cannot come back under this id.',
  },
};

/** One agent: what it has, what runs on it, and the ways to take it out. */
export function AgentView({ state, id }: { readonly state: MesosState; readonly id: string }) {
  const [action, setAction] = useState<AgentAction | null>(null);
  const agent = state.slaves.find((one) => one.id === id);
  if (agent === undefined) {
    return (
      <Empty title={`There is no agent ${id}`}>
        <a href="/cluster/agents">See the agents there are</a>
      </Empty>
    );
  }
  const isOut = agent.deactivated === true || agent.drain_info !== undefined;
  const button = (name: AgentAction): object => (
    <button type="button" class={`button ${name === 'gone' ? 'danger' : ''}`} onClick={() => setAction(name)}>
      {questions[name].title}
    </button>
  );
  return (
    <>
      <div class="head">
        <h2 class="mono">{id}</h2>
        <StatusMark status={agentStatusOf(agent)} pill />
        <div class="actions">
          {isOut ? button('reactivate') : button('drain')}
          {isOut ? null : button('deactivate')}
          {button('gone')}
        </div>
      </div>
      <div class="split">
        <section class="card">
          <h2>Resources</h2>
          <ResourceMeters agents={[agent]} />
        </section>
        <About agent={agent} />
      </div>
      <h2>Tasks</h2>
      <ClusterTasks state={state} tasks={id} />
      {action === null ? null : (
        <Dialog
          title={`${questions[action].title} this agent?`}
          action={questions[action].title}
          isDangerous={action === 'gone' || action === 'drain'}
          onClose={() => setAction(null)}
          onAct={async () => {
            await act(action, id);
            await readMesos();
            say('busy', `${questions[action].title}: asked of Mesos.`);
          }}
        >
          <p>{questions[action].text}</p>
        </Dialog>
      )}
    </>
  );
}

function About({ agent }: { readonly agent: Agent }) {
  const reserved = Object.entries(agent.reserved_resources);
  return (
    <section class="card">
      <h2>About</h2>
      <Facts
        facts={[
          ['Address', `${agent.hostname}:${agent.port}`],
          ['Registered', <Ago key="registered" at={agent.registered_time * 1000} />],
          ['Version', agent.version],
          ['Ports', agent.resources.ports ?? 'none'],
          ['Used ports', agent.used_resources.ports ?? 'none'],
          [
            'Reserved',
            reserved.length === 0
              ? 'nothing'
              : reserved
                  .map(([role, { cpus = 0, mem }]) => `${role}: ${cpus} CPUs, ${memory(mem)}`)
                  .join('; '),
          ],
          [
            'Attributes',
            Object.entries(agent.attributes)
              .map(([name, value]) => `${name}:${value}`)
              .join(', ') || 'none',
          ],
        ]}
      />
    </section>
  );
}
