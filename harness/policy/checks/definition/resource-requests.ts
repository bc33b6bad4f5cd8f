import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts, ServiceFacts } from './definition-facts.ts';

const fail = findingsOf('resource-requests');

/** Below this a Node, Python or JVM process does not even start. */
const leastMemMiB = 32;
const leastCpus = 0.01;
/** What V8 needs besides its heap: code, stacks, buffers. */
const besidesHeapMiB = 24;

/** No agent has room for what asks for more than it has, and nothing runs in less than its runtime needs. */
export function checkResourceRequests({ services, largestAgent }: DefinitionFacts): readonly Finding[] {
  return services.flatMap((service) => [
    ...tooMuch(service, largestAgent),
    ...tooLittle(service),
    ...heapAboveMemory(service),
  ]);
}

function tooMuch(
  { name, folder, app }: ServiceFacts,
  agent: DefinitionFacts['largestAgent'],
): readonly Finding[] {
  if (agent === null) return [];
  const over = [
    { key: 'cpus', asked: app.cpus, has: agent.cpus, unit: 'CPUs' },
    { key: 'mem', asked: app.memMiB, has: agent.memMiB, unit: 'MiB of memory' },
  ].filter(({ asked, has }) => asked > has);
  return over.map(({ key, asked, has, unit }) =>
    fail(name, `it asks for ${asked} ${unit}; the largest agent has ${has}, so it can never be placed`, {
      key: `${folder}/marathon.json: ${key}`,
    }),
  );
}

function tooLittle({ name, folder, app }: ServiceFacts): readonly Finding[] {
  const memory =
    app.memMiB < leastMemMiB
      ? [
          fail(name, `it asks for ${app.memMiB} MiB of memory; its runtime needs ${leastMemMiB} to start`, {
            key: `${folder}/marathon.json: mem`,
            advice: true,
          }),
        ]
      : [];
  const cpu =
    app.cpus < leastCpus
      ? [
          fail(name, `it asks for ${app.cpus} CPUs, less than a task is given time with (${leastCpus})`, {
            key: `${folder}/marathon.json: cpus`,
            advice: true,
          }),
        ]
      : [];
  return [...memory, ...cpu];
}

/** A heap that may grow past the container's memory ends in a kill by the kernel instead of a collection. */
function heapAboveMemory({ name, folder, app, env }: ServiceFacts): readonly Finding[] {
  const options = Object.values(env)[0]?.NODE_OPTIONS ?? '';
  const heapMiB = Number(/--max[-_]old[-_]space[-_]size=(\d+)/.exec(options)?.[1] ?? 0);
  if (heapMiB === 0 || heapMiB + besidesHeapMiB <= app.memMiB) return [];
  return [
    fail(
      name,
      `its heap may grow to ${heapMiB} MiB in a container of ${app.memMiB} MiB, so the kernel would kill it`,
      {
        key: `${folder}/marathon.json: env.NODE_OPTIONS`,
        advice: true,
      },
    ),
  ];
}
