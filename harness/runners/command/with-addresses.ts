import type { StageContext } from '../context.ts';
import type { SuiteAddresses } from './suite-environment.ts';

/**
 * Calls `use` while what the stage is about can be reached: in acceptance the whole system behind the edge; in the
 * functional stage the one service, deployed alone beside stubs of its neighbours' pacts, as `deploySubject` does.
 * @throws `SG_DEPLOYMENT_FAILED`
 */
export async function withAddresses<T>(
  context: StageContext,
  service: string | null,
  use: (addresses: SuiteAddresses) => Promise<T>,
): Promise<T> {
  if (context.environment === undefined) return use({ services: {}, stubs: {} });
  if (context.stage === 'acceptance') return use({ services: await addressesOfAll(context), stubs: {} });
  if (context.stage !== 'functional' || service === null) return use({ services: {}, stubs: {} });
  const [{ deploySubject }, { endFile }, { inStage }] = await Promise.all([
    import('../testing/deploy-subject.ts'),
    import('../testing/end-of-file.ts'),
    import('../testing/stage.ts'),
  ]);
  return inStage(context, async () => {
    try {
      const subject = await deploySubject(service);
      const neighbours = [...new Set(Object.values(context.services[service]?.neighbours ?? {}))];
      const stubs = Object.fromEntries(neighbours.map((name) => [name, subject.stub(name).url]));
      return await use({ services: { [service]: subject.url }, stubs });
    } finally {
      await endFile();
    }
  });
}

async function addressesOfAll(context: StageContext): Promise<Readonly<Record<string, string>>> {
  const [{ edgeAddress }, { appIdOf }, { inStage }] = await Promise.all([
    import('../testing/cluster-access.ts'),
    import('../../environments/index.ts'),
    import('../testing/stage.ts'),
  ]);
  const group = context.environment?.group ?? '';
  return inStage(context, async () =>
    Object.fromEntries(
      await Promise.all(
        Object.keys(context.services).map(
          async (name) => [name, await edgeAddress(appIdOf(group, name))] as const,
        ),
      ),
    ),
  );
}
