import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage, WireError } from './read.ts';
import { schedulerCall } from './scheduler-call.ts';

const task = (more: object): object => ({
  type: 'ACCEPT',
  accept: {
    operations: [
      {
        type: 'LAUNCH',
        launch: {
          task_infos: [{ name: 't', task_id: { value: 't' }, agent_id: { value: 'a' }, ...more }],
        },
      },
    ],
  },
});

const readTask = (more: object): unknown =>
  readMessage(schedulerCall, task(more)).accept?.operations?.[0]?.launch?.task_infos?.[0];

describe('readMessage', () => {
  it('takes null for absence, wherever it stands', () => {
    expect(readTask({ executor: null, resources: null, labels: { labels: [null] } })).toEqual({
      name: 't',
      task_id: { value: 't' },
      agent_id: { value: 'a' },
      resources: [],
      labels: { labels: [] },
    });
  });

  it('keeps the nanoseconds of today, which no double holds exactly, and cuts what 64 bits cannot hold', () => {
    const grace = (nanoseconds: unknown): unknown => {
      const call = {
        type: 'KILL',
        kill: { task_id: { value: 't' }, kill_policy: { grace_period: { nanoseconds } } },
      };
      return readMessage(schedulerCall, call).kill?.kill_policy?.grace_period?.nanoseconds;
    };
    expect(grace(1_795_357_081_569_000_000)).toBe(1_795_357_081_569_000_000);
    expect(grace('1795357081569000000')).toBe(1_795_357_081_569_000_000);
    expect(grace(1e30)).toBe(2 ** 63 - 1024);
    expect(grace(-1e30)).toBe(-(2 ** 63 - 1024));
  });

  it('takes numbers and booleans written as strings', () => {
    const read = readTask({
      command: { shell: 'false' },
      resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: '2.5' } }],
      limits: { mem: { value: 'Infinity' }, cpus: { value: '3' } },
    });
    expect(read).toMatchObject({
      command: { shell: false },
      resources: [{ scalar: { value: 2.5 } }],
      limits: { mem: { value: 'Infinity' }, cpus: { value: 3 } },
    });
  });

  it('takes a lone object for a list of one', () => {
    expect(readTask({ resources: { name: 'gpus', type: 'SCALAR' } })).toMatchObject({
      resources: [{ name: 'gpus' }],
    });
  });

  it('ignores unknown keys and unknown names of optional enums', () => {
    expect(readMessage(schedulerCall, { type: 'DANCE', music: 'loud' })).toEqual({});
  });

  it('refuses an unknown name of a required enum', () => {
    expect(() => readTask({ resources: [{ name: 'cpus', type: 'LIQUID' }] })).toThrow(
      "Failed to find enum for 'LIQUID'",
    );
  });

  it('refuses an enum given as a number', () => {
    expect(() => readMessage(schedulerCall, { type: 1 })).toThrow(
      "Not expecting a JSON number for field 'type'",
    );
  });

  it('names every missing required field by its path', () => {
    expect(() =>
      readMessage(schedulerCall, { type: 'SUBSCRIBE', subscribe: { framework_info: {} } }),
    ).toThrow('Missing required fields: subscribe.framework_info.user, subscribe.framework_info.name');
    expect(() => readTask({ task_id: {} })).toThrow(
      'Missing required fields: accept.operations[0].launch.task_infos[0].task_id.value',
    );
  });

  it.each([
    ['a list', '{"accept":{"offer_ids":', '[', ']', '}}'],
    ['a member kept as it is', '{"request":', '{"a":', '}', '}'],
  ])('refuses %s nested so deeply that walking through it would break', (_, before, open, close, after) => {
    const depth = 5000;
    const text = `${before}${open.repeat(depth)}1${close.repeat(depth)}${after}`;
    expect(() => readMessage(schedulerCall, JSON.parse(text))).toThrow('nested too deeply');
  });

  it('either reads any JSON or throws a WireError', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('subscribe', 'accept', 'framework_id', 'kill'),
        (value, key) => {
          for (const json of [value, { [key]: value }]) {
            try {
              readMessage(schedulerCall, json);
            } catch (error) {
              expect(error).toBeInstanceOf(WireError);
            }
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
