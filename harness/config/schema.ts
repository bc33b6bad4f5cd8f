import { z } from 'zod';
import { stageNames } from '../model/index.ts';

const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'use lower-case letters, digits and inner dashes, such as "orders"',
  );
const envVariable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'use upper-case letters, digits and underscores, such as "DATABASE_URL"');
const relativePath = z.string().min(1, 'write a path relative to the configuration file');

const service = z.strictObject({
  /** Folder of the service, relative to the configuration file; default `services/<name>`. */
  path: relativePath.optional(),
  /** Variable that receives the URL of the service's own PostgreSQL database; absent: it has none. */
  database: envVariable.optional(),
  /** Variable → service whose stable address it receives. */
  neighbours: z.record(envVariable, name).optional(),
  /** Variable → outside system (a key of `externals`) whose address it receives. */
  externals: z.record(envVariable, name).optional(),
});

/** An address, with the user and password in it where one is asked for; or the variable that holds it. */
const address = z.union([
  z.url({
    protocol: /^(https?|postgres(ql)?)$/,
    error: "write a URL, or { env: 'VARIABLE' } to read it from there",
  }),
  z.strictObject({ env: envVariable }),
]);

const platform = z.strictObject({
  /** A Marathon that somebody else runs. */
  marathon: address,
  /** Its Mesos, for what tasks printed; absent: messages are shorter. */
  mesos: address.optional(),
  /** The edge that gives its apps their stable addresses. */
  edge: address,
  /** A PostgreSQL server, as a user who may create databases and users. */
  databases: address.optional(),
});

const environment = z.strictObject({
  name,
  /** Key of `platforms`; absent: the embedded platform, which every command starts for itself. */
  platform: name.optional(),
  /** Share of the cluster next to the other environments', as Mesos weighs roles. Default 1. */
  weight: z.number().positive().optional(),
  /** What the cluster guarantees to this environment. */
  quota: z
    .strictObject({ cpus: z.number().positive().optional(), memMiB: z.number().int().positive().optional() })
    .optional(),
});

const gate = z.strictObject({
  from: name,
  to: name,
  /** Stages that must have passed for exactly the artifact that asks to enter `to`. */
  requires: z.array(z.enum(stageNames)),
});

const cluster = z.strictObject({
  /** Number of Mesos agents. Default 3. */
  agents: z.number().int().min(1).max(10_000).optional(),
  /** What each agent offers, as Mesos writes it: `cpus:4;mem:4096;disk:10240;ports:[31000-32000]`. */
  agentResources: z
    .string()
    .regex(
      /^[a-z_]+:[^;]+(;[a-z_]+:[^;]+)*$/,
      'write resources as Mesos does, such as "cpus:4;mem:4096;ports:[31000-32000]"',
    )
    .optional(),
  /** `auto` (default): Docker where an engine answers, else processes. */
  runtime: z.enum(['auto', 'process', 'docker']).optional(),
});

/** The written form of `stagegate.config.ts`. Unknown keys are refused. */
export const configSchema = z.strictObject({
  /** Name of the system; it is the group inside each environment: `/staging/<system>/<service>`. */
  system: name,
  services: z
    .record(name, service)
    .refine((services) => Object.keys(services).length > 0, 'name at least one service'),
  /** Outside systems → module whose default export starts a stand-in for it. */
  externals: z.record(name, relativePath).optional(),
  /** In the order a version passes them; a version enters the first by being built. */
  environments: z.array(environment).min(1, 'name at least one environment'),
  gates: z.array(gate),
  cluster: cluster.optional(),
  /** Platforms that outlive a command, by name. */
  platforms: z.record(name, platform).optional(),
  /** A git repository that holds the ledger; absent: a ref of the project's own. */
  ledger: z.strictObject({ url: z.string().min(1) }).optional(),
});

/** What a project writes. */
export type ConfigInput = z.input<typeof configSchema>;

/** The keys each object of the configuration knows, to name them when one is misspelled. Path patterns; `*` is any key. */
export const knownKeys: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(configSchema.shape),
  'services.*': Object.keys(service.shape),
  'environments.*': Object.keys(environment.shape),
  'environments.*.quota': ['cpus', 'memMiB'],
  'gates.*': Object.keys(gate.shape),
  cluster: Object.keys(cluster.shape),
  'platforms.*': Object.keys(platform.shape),
  ledger: ['url'],
};

/** Returns its argument; it is there for completion and checking in editors. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
