import { describe, expect, it } from 'vitest';
import { type AppDefinition, parseApp } from '../definition/index.ts';
import type { Condition } from '../views/index.ts';
import { type KillCandidate, selectVictims } from './index.ts';

function app(members: object = {}): AppDefinition {
  const parsed = parseApp({ id: '/a', cmd: 'sleep 1', ...members }, { now: '2026-01-01T00:00:00.000Z' });
  if (parsed.kind === 'refused') throw new Error('refused');
  return parsed.value;
}

function candidate(
  instanceId: string,
  since: number,
  condition: Condition = 'Running',
  rack = '',
): KillCandidate {
  const attributes = [{ name: 'rack', type: 'TEXT' as const, text: { value: rack } }];
  return { instanceId, since, condition, hostname: 'h', attributes };
}

const chosen = (victims: readonly KillCandidate[]) => victims.map(({ instanceId }) => instanceId).join(' ');

describe('who is killed when there are too many', () => {
  const byAge = [candidate('old', 1), candidate('young', 3), candidate('middle', 2)];

  it('is the youngest, or the oldest where the app says so', () => {
    expect(chosen(selectVictims(app(), byAge, 2))).toBe('young middle');
    expect(chosen(selectVictims(app({ killSelection: 'OLDEST_FIRST' }), byAge, 2))).toBe('old middle');
  });

  it('is the lost before the staging, the starting and the running, whatever their age', () => {
    const states = [
      candidate('running', 9),
      candidate('starting', 8, 'Starting'),
      candidate('staging', 7, 'Staging'),
      candidate('lost', 1, 'Unreachable'),
    ];
    expect(chosen(selectVictims(app(), states, 4))).toBe('lost staging starting running');
  });

  it('is those without a living task before all others, also when GROUP_BY is uneven', () => {
    const grouped = app({ constraints: [['rack', 'GROUP_BY', '2']], killSelection: 'OLDEST_FIRST' });
    const states = [
      candidate('running', 1, 'Running', 'a'),
      candidate('too many', 2, 'Running', 'a'),
      candidate('other rack', 3, 'Running', 'b'),
      candidate('waiting', 5, 'Scheduled'),
      candidate('ending', 4, 'Killing', 'b'),
    ];
    expect(chosen(selectVictims(grouped, states, 3))).toBe('ending waiting running');
  });

  it('is all of the condemned, also when they are more', () => {
    expect(chosen(selectVictims(app(), byAge, 1, ['old']))).toBe('old');
    expect(chosen(selectVictims(app(), byAge, 2, ['old']))).toBe('old young');
    expect(chosen(selectVictims(app(), byAge, 1, ['old', 'middle']))).toBe('old middle');
  });

  it('leaves the groups of GROUP_BY even', () => {
    const grouped = app({ constraints: [['rack', 'GROUP_BY', '2']] });
    const racks = [
      candidate('a1', 1, 'Running', 'a'),
      candidate('a2', 2, 'Running', 'a'),
      candidate('a3', 3, 'Running', 'a'),
      candidate('b1', 9, 'Running', 'b'),
    ];
    const victims = selectVictims(grouped, racks, 2);
    expect(chosen(victims)).toBe('a3 a2');
  });

  it('is found soon among thousands', () => {
    const grouped = app({ constraints: [['rack', 'GROUP_BY', '10']] });
    const many = Array.from({ length: 10_000 }, (_, index) =>
      candidate(`${index}`, index, 'Running', `${index % 10}`),
    );
    const victims = selectVictims(
      grouped,
      many,
      5_000,
      many.slice(0, 1_000).map(({ instanceId }) => instanceId),
    );
    const left = many.filter((one) => !victims.includes(one));
    const sizes = [...Map.groupBy(left, ({ attributes }) => attributes[0]?.text?.value).values()].map(
      (one) => one.length,
    );
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 500));
  });
});
