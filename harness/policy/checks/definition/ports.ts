import { type Finding, findingsOf } from '../finding.ts';
import type { DefinitionFacts, ServiceFacts } from './definition-facts.ts';

const fail = findingsOf('ports');

/** The image, the app definition, its checks and its settings must mean the same port. */
export function checkPorts({ services }: DefinitionFacts): readonly Finding[] {
  return services.flatMap((service) => [...exposed(service), ...listened(service), ...checked(service)]);
}

function exposed({ name, folder, app, dockerfile }: ServiceFacts): readonly Finding[] {
  const exposes = dockerfile?.exposes ?? [];
  if (exposes.length === 0) return [];
  return app.containerPorts
    .filter(({ port }) => port !== 0 && !exposes.includes(port))
    .map(({ port }) =>
      fail(name, `its app definition maps container port ${port}; its image exposes ${exposes.join(', ')}`, {
        key: `${folder}/marathon.json: container.portMappings`,
      }),
    );
}

function listened({ name, folder, app, env }: ServiceFacts): readonly Finding[] {
  const [mapped] = app.containerPorts;
  const told = Object.values(env)[0]?.PORT;
  if (mapped === undefined || mapped.port === 0 || told === undefined || Number(told) === mapped.port)
    return [];
  return [
    fail(name, `PORT tells it to listen on ${told}, but container port ${mapped.port} is mapped`, {
      key: `${folder}/marathon.json: env.PORT`,
    }),
  ];
}

function checked({ name, folder, app }: ServiceFacts): readonly Finding[] {
  const count = app.containerPorts.length;
  const health = app.healthChecks
    .filter(({ portIndex }) => portIndex !== null && portIndex >= count)
    .map(({ portIndex }) =>
      fail(name, `a health check asks port ${portIndex}, counted from 0; the app has ${count}`, {
        key: `${folder}/marathon.json: healthChecks.portIndex`,
      }),
    );
  const names = app.containerPorts.map((port) => port.name);
  const readiness = app.readinessChecks.flatMap(({ portName }) =>
    portName === null || names.includes(portName)
      ? []
      : [
          fail(name, `its readiness check asks port "${portName}", which no port mapping has as its name`, {
            key: `${folder}/marathon.json: readinessChecks.portName`,
          }),
        ],
  );
  return [...health, ...readiness];
}
