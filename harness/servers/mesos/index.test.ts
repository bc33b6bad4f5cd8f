import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mesos, startMesos } from './index.ts';
import { exchange, post, Stream } from './master/testing/http-client.ts';
import type { Offer, TaskStatus } from './v1.ts';

const scheduler = '/api/v1/scheduler';

let parent: string;
let mesos: Mesos;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'mesos-cluster-'));
  mesos = await startMesos({
    agents: [{ resources: 'cpus:2;mem:512;disk:1024;ports:[31000-31099]', attributes: 'rack:1;zone:a' }],
    runtime: 'process',
    workDir: join(parent, 'cluster'),
    allocationIntervalMs: 50,
  });
});

afterAll(async () => {
  await mesos[Symbol.asyncDispose]();
  await rm(parent, { recursive: true, force: true });
});

/** A scheduler over HTTP, as any client would be. */
class Client implements AsyncDisposable {
  readonly stream: Stream;
  readonly id: { readonly value: string };

  private constructor(stream: Stream, id: { readonly value: string }) {
    this.stream = stream;
    this.id = id;
  }

  static async subscribe(more: object = {}): Promise<Client> {
    const framework_info = { user: '', name: 'test', ...more };
    const stream = await Stream.open(mesos.url, scheduler, {
      type: 'SUBSCRIBE',
      subscribe: { framework_info },
    });
    const { subscribed } = (await stream.ofType('SUBSCRIBED')) as unknown as {
      subscribed: { framework_id: { value: string } };
    };
    return new Client(stream, subscribed.framework_id);
  }

  async call(type: string, body: object = {}): Promise<number> {
    const call = { type, framework_id: this.id, ...body };
    return (await post(mesos.url, scheduler, call, { 'Mesos-Stream-Id': this.stream.streamId })).status;
  }

  async offer(): Promise<Offer> {
    const event = (await this.stream.ofType('OFFERS')) as unknown as { offers: { offers: Offer[] } };
    const [offer] = event.offers.offers;
    if (offer === undefined) throw new Error('an OFFERS event without offers');
    return offer;
  }

  async launch(offer: Offer, id: string, value: string): Promise<void> {
    const task = {
      name: id,
      task_id: { value: id },
      agent_id: offer.agent_id,
      command: { value },
      resources: [
        { name: 'cpus', type: 'SCALAR', scalar: { value: 0.5 } },
        { name: 'mem', type: 'SCALAR', scalar: { value: 64 } },
      ],
    };
    const operations = [{ type: 'LAUNCH', launch: { task_infos: [task] } }];
    expect(await this.call('ACCEPT', { accept: { offer_ids: [offer.id], operations } })).toBe(202);
  }

  async status(id: string, state: string): Promise<TaskStatus> {
    const event = (await this.stream.event(({ update }) => {
      const status = (update as { status: TaskStatus } | undefined)?.status;
      return status?.task_id.value === id && status.state === state;
    })) as unknown as { update: { status: TaskStatus } };
    return event.update.status;
  }

  async acknowledge({ agent_id, task_id, uuid }: TaskStatus): Promise<void> {
    expect(await this.call('ACKNOWLEDGE', { acknowledge: { agent_id, task_id, uuid } })).toBe(202);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.call('TEARDOWN');
    await this.stream[Symbol.asyncDispose]();
  }
}

describe('a cluster', () => {
  it('runs a command task to its end, one unacknowledged update at a time', async () => {
    await using client = await Client.subscribe();
    const offer = await client.offer();
    expect(offer.attributes).toEqual([
      { name: 'rack', type: 'SCALAR', scalar: { value: 1 } },
      { name: 'zone', type: 'TEXT', text: { value: 'a' } },
    ]);
    await client.launch(offer, 'hello', 'echo hello');
    const starting = await client.status('hello', 'TASK_STARTING');
    expect(client.stream.events.filter(({ type }) => type === 'UPDATE')).toHaveLength(1);
    await client.acknowledge(starting);
    await client.acknowledge(await client.status('hello', 'TASK_RUNNING'));
    const finished = await client.status('hello', 'TASK_FINISHED');
    expect(finished).toMatchObject({
      message: 'Command exited with status 0',
      executor_id: { value: 'hello' },
    });
    await client.acknowledge(finished);
    const { frameworks } = JSON.parse((await exchange(mesos.url, '/state')).body.toString());
    const own = frameworks.find(({ id }: { id: string }) => id === client.id.value);
    expect(own.tasks).toEqual([]);
    expect(own.completed_tasks).toMatchObject([{ id: 'hello', state: 'TASK_FINISHED', executor_id: '' }]);
  });

  it('reports a killed task as killed', async () => {
    await using client = await Client.subscribe();
    await client.launch(await client.offer(), 'sleeper', 'sleep 600');
    await client.acknowledge(await client.status('sleeper', 'TASK_STARTING'));
    await client.acknowledge(await client.status('sleeper', 'TASK_RUNNING'));
    await client.call('KILL', { kill: { task_id: { value: 'sleeper' } } });
    await client.acknowledge(await client.status('sleeper', 'TASK_KILLED'));
  });

  it('goes on under a new master: tasks run, the framework subscribes again', async () => {
    const first = await Client.subscribe({ failover_timeout: 60, checkpoint: true });
    await first.launch(await first.offer(), 'survivor', 'sleep 600');
    await first.acknowledge(await first.status('survivor', 'TASK_STARTING'));
    await first.acknowledge(await first.status('survivor', 'TASK_RUNNING'));
    mesos.faults.crashMaster();
    await first.stream.end();
    mesos.faults.electMaster();
    const body = { user: '', name: 'test', id: first.id, failover_timeout: 60, checkpoint: true };
    const subscribe = { type: 'SUBSCRIBE', framework_id: first.id, subscribe: { framework_info: body } };
    await using stream = await Stream.open(mesos.url, scheduler, subscribe);
    await stream.ofType('OFFERS');
    const headers = { 'Mesos-Stream-Id': stream.streamId };
    await post(mesos.url, scheduler, { type: 'RECONCILE', framework_id: first.id, reconcile: {} }, headers);
    const { update } = (await stream.ofType('UPDATE')) as unknown as { update: { status: TaskStatus } };
    expect(update.status).toMatchObject({
      task_id: { value: 'survivor' },
      state: 'TASK_RUNNING',
      reason: 'REASON_RECONCILIATION',
    });
    await post(mesos.url, scheduler, { type: 'TEARDOWN', framework_id: first.id }, headers);
  });

  it('leaves neither listeners nor folders behind', async () => {
    const workDir = join(parent, 'short-lived');
    const brief = await startMesos({ agents: [{ resources: 'cpus:1;mem:64' }], runtime: 'process', workDir });
    const urls = [brief.url, ...brief.agents.map(({ url }) => url)];
    await brief[Symbol.asyncDispose]();
    for (const url of urls) await expect(exchange(url, '/health')).rejects.toThrow('ECONNREFUSED');
    await expect(access(workDir)).rejects.toThrow('ENOENT');
  });
});
