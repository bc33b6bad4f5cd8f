import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

interface Part {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
}

interface Bill {
  readonly metadata: { readonly component: { readonly name: string } };
  readonly components: readonly Part[];
}

/** Plain JavaScript, as the whole bootstrap. */
const load = async (file: string): Promise<unknown> => import(new URL(file, import.meta.url).href);
const { npmSbom } = (await load('./npm.mjs')) as { npmSbom(folder: string): Promise<string> };
const { billOf, licenceOf, licencesOf } = (await load('./parts.mjs')) as {
  billOf(bill: Bill): Bill;
  licenceOf(part: Part): string;
  licencesOf(bill: Bill): string;
};
const root = join(import.meta.dirname, '../..');

let parts: readonly Part[];
let bill: Bill;

beforeAll(async () => {
  bill = billOf(JSON.parse(await npmSbom(root)));
  parts = bill.components;
}, 60_000);

/** Of what an install brings, what may be used without conditions on the code that uses it. */
const accepted =
  /^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|BlueOak-1\.0\.0|Python-2\.0|Unlicense|MPL-2\.0|CC0-1\.0)( |$)/;

test('the bill of materials names the package and all that an install brings, and nothing of the checkout', () => {
  expect(bill.metadata.component).toMatchObject({ name: 'stagegate' });
  const names = parts.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['commander', 'vitest', 'zod']));
  expect(parts.filter(({ purl }) => purl.includes('shop'))).toEqual([]);
  expect(names).not.toContain('typescript');
});

test('every package has a licence that sets no conditions on its users', () => {
  expect(
    parts.filter((part) => !accepted.test(licenceOf(part))).map((part) => `${part.name}: ${licenceOf(part)}`),
  ).toEqual([]);
  expect(licencesOf(bill)).toMatch(/## MIT\n\n- /);
});

test('no package that an install brings sends analytics, and every install script is known', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { readonly hasInstallScript?: boolean }>;
  };
  const names = new Set(
    parts.map(({ name, purl }) => decodeURIComponent(purl).match(/npm\/(.*)@/)?.[1] ?? name),
  );
  const withScript = Object.entries(packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript === true)
    .map(([path]) => path.split('node_modules/').at(-1) ?? path)
    .filter((name) => names.has(name));
  // SECURITY.md says what each of them does.
  expect(withScript.toSorted()).toEqual(['cpu-features', 'esbuild', 'protobufjs', 'ssh2']);
  expect([...names]).not.toContain('@scarf/scarf');
});
