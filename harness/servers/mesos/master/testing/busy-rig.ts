import { Rig, scalar, taskFor } from './rig.ts';

/** One agent, one framework, one running task with two ports, one offer of the rest. */
export async function busyRig() {
  const rig = new Rig();
  const agent = await rig.agent();
  const framework = await rig.framework({
    role: 'prod',
    hostname: 'here',
    labels: { labels: [{ key: 'k', value: 'v' }] },
  });
  const task = taskFor(framework.offer, 'a', {
    resources: [
      scalar('cpus', 1),
      scalar('mem', 128),
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31000, end: 31001 }] } },
    ],
    labels: { labels: [{ key: 'x' }] },
    discovery: { visibility: 'CLUSTER', name: 'svc' },
  });
  await framework.launch(framework.offer, task);
  agent.update(framework, 'a', 'TASK_STARTING');
  agent.update(framework, 'a', 'TASK_RUNNING');
  agent.update(framework, 'a', 'TASK_RUNNING', { healthy: true });
  await framework.call('REVIVE');
  return { rig, agent, framework, context: rig.core.context };
}
