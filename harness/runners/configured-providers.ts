import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageContext } from './context.ts';

const helper = import.meta.resolve('./testing/configured-provider.ts');

/** Below the run's own folder: what the configuration stands for is a test file like any other. */
export function configuredFolder({ scratch }: Pick<StageContext, 'scratch'>, service: string): string {
  return join(scratch, 'configured', service);
}

/** Writes a provider test for every service whose configuration asks for one. */
export async function writeConfiguredProviders(
  context: StageContext,
  services: readonly string[],
): Promise<void> {
  for (const name of services) {
    if (context.services[name]?.provider === undefined) continue;
    const folder = configuredFolder(context, name);
    await mkdir(folder, { recursive: true });
    const text = `import { testConfiguredProvider } from '${helper}';\n\ntestConfiguredProvider('${name}');\n`;
    await writeFile(join(folder, 'configured.provider.test.mjs'), text);
  }
}
