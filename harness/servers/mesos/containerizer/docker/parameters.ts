import type { ContainerCreateOptions } from 'dockerode';
import { LaunchError } from '../container.ts';

/** The part of the engine's request that parameters change, with every list and record there. */
export interface Draft {
  readonly body: ContainerCreateOptions;
  readonly host: NonNullable<ContainerCreateOptions['HostConfig']>;
  readonly env: string[];
  readonly labels: Record<string, string>;
  readonly aliases: string[];
}

type Apply = (draft: Draft, value: string) => void;

/**
 * Applies `container.docker.parameters`, which Mesos hands to `docker run` as `--key=value` after its own options.
 * @throws LaunchError naming a parameter that has no meaning here, or a value that cannot be read.
 */
export function applyParameters(
  draft: Draft,
  parameters: readonly { readonly key: string; readonly value: string }[],
): void {
  for (const { key, value } of parameters) {
    const apply = table[key];
    if (apply === undefined) {
      throw new LaunchError(
        `Docker parameter '${key}' is not supported here; supported are ${Object.keys(table).join(', ')}`,
      );
    }
    apply(draft, value);
  }
}

const number = (key: string, value: string): number => {
  const read = Number(value);
  if (value === '' || !Number.isFinite(read)) throw unreadable(key, value, 'a number');
  return read;
};

const flag = (key: string, value: string): boolean => {
  if (value === 'true' || value === '') return true;
  if (value === 'false') return false;
  throw unreadable(key, value, 'true or false');
};

/** As the docker command reads sizes: a number with b, k, m or g. */
const bytes = (key: string, value: string): number => {
  const [, amount, unit = 'b'] = /^(\d+(?:\.\d+)?)([bkmg])?b?$/i.exec(value) ?? [];
  if (amount === undefined) throw unreadable(key, value, 'a size such as 64m');
  return Math.round(Number(amount) * 1024 ** 'bkmg'.indexOf(unit.toLowerCase()));
};

const pair = (text: string, separator: string): readonly [string, string] => {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
};

function unreadable(key: string, value: string, expected: string): LaunchError {
  return new LaunchError(`Docker parameter '${key}' has the value '${value}'; expected ${expected}`);
}

type HostConfig = Draft['host'];
type ListKey = {
  [K in keyof HostConfig]-?: HostConfig[K] extends string[] | undefined ? K : never;
}[keyof HostConfig];

const append =
  (field: ListKey): Apply =>
  ({ host }, value) => {
    host[field] = [...(host[field] ?? []), value];
  };

const setHost =
  <K extends keyof HostConfig>(field: K, read: (value: string) => HostConfig[K]): Apply =>
  ({ host }, value) => {
    host[field] = read(value);
  };

const text = (value: string): string => value;
const env: Apply = (draft, value) => void draft.env.push(value);
const label: Apply = (draft, value) => {
  const [name, content] = pair(value, '=');
  draft.labels[name] = content;
};
const alias: Apply = (draft, value) => void draft.aliases.push(value);
const user: Apply = ({ body }, value) => {
  body.User = value;
};
const workdir: Apply = ({ body }, value) => {
  body.WorkingDir = value;
};
const ulimit: Apply = ({ host }, value) => {
  const [name, range] = pair(value, '=');
  const [soft, hard] = pair(range, ':');
  const limit = {
    Name: name,
    Soft: number('ulimit', soft),
    Hard: number('ulimit', hard === '' ? soft : hard),
  };
  host.Ulimits = [...(host.Ulimits ?? []), limit];
};
const device: Apply = ({ host }, value) => {
  const [onHost, inside = onHost, permissions = 'rwm'] = value.split(':');
  const entry = { PathOnHost: onHost ?? '', PathInContainer: inside ?? '', CgroupPermissions: permissions };
  host.Devices = [...(host.Devices ?? []), entry];
};
const volume = append('Binds');

const table: Readonly<Record<string, Apply>> = {
  env,
  e: env,
  label,
  l: label,
  'network-alias': alias,
  'net-alias': alias,
  user,
  u: user,
  workdir,
  w: workdir,
  volume,
  v: volume,
  'volumes-from': append('VolumesFrom'),
  hostname: ({ body }, value) => {
    body.Hostname = value;
  },
  domainname: ({ body }, value) => {
    body.Domainname = value;
  },
  entrypoint: ({ body }, value) => {
    body.Entrypoint = value === '' ? [] : [value];
  },
  'stop-signal': ({ body }, value) => {
    body.StopSignal = value;
  },
  tty: ({ body }, value) => {
    body.Tty = flag('tty', value);
  },
  'add-host': append('ExtraHosts'),
  'cap-add': append('CapAdd'),
  'cap-drop': append('CapDrop'),
  dns: append('Dns'),
  'dns-search': append('DnsSearch'),
  'dns-opt': append('DnsOptions'),
  'dns-option': append('DnsOptions'),
  'group-add': append('GroupAdd'),
  link: append('Links'),
  'security-opt': append('SecurityOpt'),
  device,
  ulimit,
  sysctl: ({ host }, value) => {
    const [name, content] = pair(value, '=');
    host.Sysctls = { ...host.Sysctls, [name]: content };
  },
  tmpfs: ({ host }, value) => {
    const [path, options] = pair(value, ':');
    host.Tmpfs = { ...host.Tmpfs, [path]: options };
  },
  init: setHost('Init', (value) => flag('init', value)),
  privileged: setHost('Privileged', (value) => flag('privileged', value)),
  'read-only': setHost('ReadonlyRootfs', (value) => flag('read-only', value)),
  'oom-kill-disable': setHost('OomKillDisable', (value) => flag('oom-kill-disable', value)),
  'oom-score-adj': setHost('OomScoreAdj', (value) => number('oom-score-adj', value)),
  'shm-size': setHost('ShmSize', (value) => bytes('shm-size', value)),
  memory: setHost('Memory', (value) => bytes('memory', value)),
  m: setHost('Memory', (value) => bytes('m', value)),
  'memory-reservation': setHost('MemoryReservation', (value) => bytes('memory-reservation', value)),
  'memory-swap': setHost('MemorySwap', (value) => (value === '-1' ? -1 : bytes('memory-swap', value))),
  'memory-swappiness': setHost('MemorySwappiness', (value) => number('memory-swappiness', value)),
  cpus: setHost('NanoCpus', (value) => Math.round(number('cpus', value) * 1e9)),
  'cpu-shares': setHost('CpuShares', (value) => number('cpu-shares', value)),
  'cpu-period': setHost('CpuPeriod', (value) => number('cpu-period', value)),
  'cpu-quota': setHost('CpuQuota', (value) => number('cpu-quota', value)),
  'cpuset-cpus': setHost('CpusetCpus', text),
  'pids-limit': setHost('PidsLimit', (value) => number('pids-limit', value)),
  ipc: setHost('IpcMode', text),
  pid: setHost('PidMode', text),
  uts: setHost('UTSMode', text),
  userns: setHost('UsernsMode', text),
  runtime: setHost('Runtime', text),
};
