import {
  anyObject,
  bool,
  decimal,
  either,
  list,
  map,
  object,
  oneOf,
  optional,
  orElse,
  type Read,
  type Reader,
  required,
  text,
  whole,
} from './reader.ts';
import type { Volume } from './types.ts';

const legacyNamePattern = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** Names of ports, which may be of any length. */
export const legacyName = text({ minLength: 1, pattern: legacyNamePattern });
/** Names that may become host names. */
export const name = text({ minLength: 1, maxLength: 63, pattern: legacyNamePattern });
/** A path in a URL or a file system. */
export const path = text({ minLength: 1, maxLength: 1024 });
/** 0 leaves the choice open. */
export const anyPort = whole({ min: 0, max: 65535 });
/** `udp,tcp` wants both on one number. */
export const networkProtocol = oneOf('tcp', 'udp', 'udp,tcp');
/** Any text to any text. */
export const labels = map(text());

const portMapping = object({
  containerPort: orElse(anyPort, 0),
  hostPort: optional(anyPort),
  labels: optional(labels),
  name: optional(legacyName),
  protocol: orElse(networkProtocol, 'tcp'),
  servicePort: orElse(anyPort, 0),
  networkNames: optional(list(name)),
});

const docker = object({
  image: required(text({ minLength: 1 })),
  forcePullImage: orElse(bool, false),
  privileged: orElse(bool, false),
  parameters: orElse(list(object({ key: required(text({ minLength: 1 })), value: required(text()) })), []),
  credential: optional(object({ principal: required(text()), secret: optional(text()) })),
  pullConfig: optional(object({ secret: required(text({ minLength: 1 })) })),
  /** Old form of `networks`. */
  network: optional(oneOf('BRIDGE', 'HOST', 'NONE', 'USER')),
  /** Old form of the container's `portMappings`. */
  portMappings: optional(list(portMapping)),
});

const linuxInfo = object({
  seccomp: optional(object({ profileName: optional(text()), unconfined: orElse(bool, false) })),
  ipcInfo: optional(
    object({ mode: required(oneOf('PRIVATE', 'SHARE_PARENT')), shmSize: optional(decimal()) }),
  ),
});

const mode = oneOf('RO', 'RW');
const containerPath = text({ minLength: 1 });

const persistentVolume = object({
  containerPath: required(containerPath),
  mode: required(mode),
  persistent: required(
    object({
      size: required(whole({ min: 0, long: true })),
      type: optional(oneOf('root', 'path', 'mount')),
      maxSize: optional(whole({ min: 0, long: true })),
      profileName: optional(text()),
      constraints: optional(list(list(text()))),
    }),
  ),
});
const externalVolume = object({
  containerPath: required(containerPath),
  mode: required(mode),
  external: required(anyObject),
});
const secretVolume = object({
  containerPath: required(containerPath),
  secret: required(text({ minLength: 1 })),
});
const hostVolume = object({
  containerPath: required(containerPath),
  hostPath: required(text({ minLength: 1 })),
  mode: required(mode),
});

const volume: Reader<Volume> = either(
  persistentVolume,
  either(externalVolume, either(secretVolume, hostVolume)),
);

/** Every member of a container, old forms included. */
export const containerShape = {
  type: orElse(oneOf('DOCKER', 'MESOS'), 'DOCKER'),
  docker: optional(docker),
  linuxInfo: optional(linuxInfo),
  volumes: orElse(list(volume), []),
  portMappings: optional(list(portMapping)),
};

/** A container as requests give it. */
export const container = object(containerShape);

/** A container as it was given, with the defaults of single members. */
export type RawContainer = Read<typeof containerShape>;
/** A port mapping as it was given. */
export type RawPortMapping = NonNullable<RawContainer['portMappings']>[number];
