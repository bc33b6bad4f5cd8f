import { expect, test } from 'vitest';
import { levelsOf } from './levels.ts';

test('services come after those that they call, side by side where they can', () => {
  const services: readonly {
    readonly name: string;
    readonly neighbours: Readonly<Record<string, string>>;
  }[] = [
    { name: 'gateway', neighbours: { A: 'catalog', B: 'orders' } },
    { name: 'orders', neighbours: { A: 'stock', B: 'outside' } },
    { name: 'catalog', neighbours: {} },
    { name: 'stock', neighbours: {} },
  ];
  const names = levelsOf(services).map((level) => level.map(({ name }) => name));
  expect(names).toEqual([['catalog', 'stock'], ['orders'], ['gateway']]);
});
