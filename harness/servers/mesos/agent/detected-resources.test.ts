import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { resourcesOf } from './detected-resources.ts';

const namesOf = async (text: string): Promise<string[]> =>
  (await resourcesOf(text, tmpdir())).map(({ name }) => name);

describe('the resources of an agent', () => {
  it('are detected where the flag does not mention them', async () => {
    expect(await namesOf('cpus:4;mem:4096')).toEqual(['cpus', 'mem', 'disk', 'ports']);
    const [, , disk, ports] = await resourcesOf('cpus:4;mem:4096', tmpdir());
    expect(disk?.scalar?.value).toBeGreaterThan(0);
    expect(Number.isInteger(disk?.scalar?.value)).toBe(true);
    expect(ports?.ranges).toEqual({ range: [{ begin: 31_000, end: 32_000 }] });
    expect(await namesOf('')).toEqual(['cpus', 'mem', 'disk', 'ports']);
  });

  it('are what the flag says where it does, also when that is nothing', async () => {
    const given = await resourcesOf('cpus:0;mem:64;disk(prod):10;ports:[1-2]', tmpdir());
    expect(given.map(({ name, scalar }) => [name, scalar?.value])).toEqual([
      ['cpus', 0],
      ['mem', 64],
      ['disk', 10],
      ['ports', undefined],
    ]);
  });
});
