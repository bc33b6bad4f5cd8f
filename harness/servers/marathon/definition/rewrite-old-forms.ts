import { ok, refused } from './outcome.ts';
import type { RawApp, RawNetwork, RawUpdate } from './shape-app.ts';
import type { RawContainer, RawPortMapping } from './shape-container.ts';
import type { Outcome } from './types.ts';

type OldForms = Pick<
  RawUpdate,
  'ipAddress' | 'networks' | 'container' | 'uris' | 'fetch' | 'ports' | 'portDefinitions' | 'healthChecks'
>;

/** An update in the forms in use now. Ports get no defaults here: what they depend on may be in the app it is applied to. */
export function rewriteUpdate(update: RawUpdate): Outcome<RawUpdate> {
  const problem = mixedForms(update);
  if (problem !== undefined) return refused({ kind: 'bad-argument', message: problem });
  const { uris: _uris, ports: _ports, ipAddress: _ipAddress, ...rest } = update;
  return ok({ ...rest, ...rewritten(update) });
}

/** A complete app in the forms in use now, with the ports that its networks ask for. */
export function rewriteApp(app: RawApp): Outcome<RawApp> {
  const given = app.networks.length === 0 ? undefined : app.networks;
  const old: OldForms = { ...app, networks: given };
  const problem = mixedForms(old);
  if (problem !== undefined) return refused({ kind: 'bad-argument', message: problem });

  const { uris: _uris, ports: _ports, ipAddress: _ipAddress, ...rest } = app;
  const { container, networks = [], portDefinitions, fetch = [] } = rewritten(old);
  const inHostMode = networks.every((network) => network.mode === 'host');
  return ok({
    ...rest,
    networks,
    fetch,
    container: container && withPortMappings(container, inHostMode, portDefinitions?.length ?? 0),
    portDefinitions: inHostMode
      ? (portDefinitions ?? [{ port: 0, protocol: 'tcp', name: 'default' }])
      : undefined,
  });
}

function rewritten(old: OldForms): Pick<RawUpdate, 'networks' | 'container' | 'fetch' | 'portDefinitions'> {
  const members = {
    networks: networksOf(old),
    container: containerOf(old),
    fetch: old.uris === undefined || old.uris.length === 0 ? old.fetch : old.uris.map(artifactOf),
    portDefinitions: old.portDefinitions ?? old.ports?.map((port) => ({ port, protocol: 'tcp' as const })),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function mixedForms({ ipAddress, networks, container, uris = [], fetch = [] }: OldForms): string | undefined {
  const docker = container?.docker;
  if (uris.length > 0 && fetch.length > 0) return 'cannot specify both uris and fetch fields';
  if (networks !== undefined && (ipAddress !== undefined || docker?.network !== undefined)) {
    return 'cannot mix deprecated and canonical network APIs';
  }
  if (docker?.network === 'NONE') return 'unsupported docker network type NONE';
  if ((docker?.portMappings?.length ?? 0) > 0 && container?.portMappings !== undefined) {
    return 'cannot specify both portMappings and docker.portMappings';
  }
  if ((ipAddress?.discovery?.ports.length ?? 0) > 0) {
    if (container?.type === 'DOCKER')
      return 'ipAddress.discovery.ports do not apply for container type DOCKER';
    if (container?.portMappings !== undefined) {
      return 'container.portMappings and ipAddress.discovery.ports must not both be set';
    }
  }
  return undefined;
}

function networksOf({ ipAddress, container, networks }: OldForms): readonly RawNetwork[] | undefined {
  const dockerNetwork = container?.docker?.network;
  const labels = ipAddress?.labels && { labels: ipAddress.labels };
  if (dockerNetwork === 'HOST') return [{ mode: 'host' }];
  if (dockerNetwork === 'BRIDGE') return [{ mode: 'container/bridge', ...labels }];
  if (dockerNetwork !== undefined || ipAddress !== undefined) {
    if (ipAddress?.networkName === 'mesos-bridge' && dockerNetwork === undefined) {
      return [{ mode: 'container/bridge', ...labels }];
    }
    return [{ mode: 'container', ...(ipAddress?.networkName && { name: ipAddress.networkName }), ...labels }];
  }
  return networks;
}

function containerOf({ container, ipAddress }: OldForms): RawContainer | undefined {
  const base: RawContainer | undefined =
    container ?? (ipAddress === undefined ? undefined : { type: 'MESOS', volumes: [] });
  if (base === undefined) return undefined;
  const { docker, ...rest } = base;
  const discovered = ipAddress?.discovery?.ports.map(
    ({ number, ...port }): RawPortMapping => ({ containerPort: number, servicePort: 0, ...port }),
  );
  const portMappings =
    base.portMappings ??
    docker?.portMappings ??
    (discovered && discovered.length > 0 ? discovered : undefined);
  if (docker === undefined) return { ...rest, ...(portMappings && { portMappings }) };
  const { network: _network, portMappings: _portMappings, ...current } = docker;
  return { ...rest, docker: current, ...(portMappings && { portMappings }) };
}

/** Outside host mode there is always at least the default mapping, and as many as there were port definitions. */
function withPortMappings(container: RawContainer, inHostMode: boolean, wanted: number): RawContainer {
  const { portMappings: given, ...rest } = container;
  if (inHostMode) return rest;
  const portMappings = given ?? defaultPortMappings;
  const missing = Math.max(0, wanted - portMappings.length);
  return {
    ...rest,
    portMappings: [
      ...portMappings,
      ...Array.from({ length: missing }, () => ({
        containerPort: 0,
        servicePort: 0,
        protocol: 'tcp' as const,
      })),
    ],
  };
}

/** What an app outside host mode gets when it names no mapping. */
export const defaultPortMappings: readonly RawPortMapping[] = [
  { containerPort: 0, servicePort: 0, protocol: 'tcp', name: 'default' },
];

const archives = /\.(tar|tar\.gz|tar\.bz2|tar\.xz|gz|tgz|tbz2|txz|zip)$/;

function artifactOf(uri: string) {
  const path = uri.replace(/[?#].*$/s, '');
  return { uri, extract: archives.test(path), executable: false, cache: false };
}
