import { z } from 'zod';
import { stageNames } from '../model/index.ts';
import { gateRules, quarantine, roles } from './schema-gate.ts';
import { keysBelow } from './schema-keys.ts';
import { resources, secrets, service, settings } from './schema-service.ts';
import { stores } from './schema-store.ts';
import { suites } from './schema-suites.ts';
import { name, relativePath, variable } from './schema-words.ts';

/** What one service has differently in one environment. */
const override = z.strictObject({
  env: settings.optional(),
  secrets: secrets.optional(),
  resources: resources.optional(),
  instances: z.number().int().min(0).max(1000).optional(),
});

/** An address, with the user and password in it where one is asked for; or the variable that holds it. */
const address = z.union([
  z.url({
    protocol: /^(https?|postgres(ql)?)$/,
    error: "write a URL, or { env: 'VARIABLE' } to read it from there",
  }),
  z.strictObject({ env: variable }),
]);

const platform = z.strictObject({
  /** A Marathon that somebody else runs: its address, or those of all its masters, of which any may lead. */
  marathon: z.union([address, z.array(address).min(1, 'write at least one address')]),
  /** Instead of a user and password in the URL: the variable that holds a token, `Bearer …` or `token=…`. */
  token: z.strictObject({ env: variable }).optional(),
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
  /** Settings of every service here. */
  env: settings.optional(),
  secrets: secrets.optional(),
  /** Outside system → its address here, instead of the stand-in that ends with the command. */
  externals: z.record(name, address).optional(),
  /** Service → what it has differently here. */
  services: z.record(name, override).optional(),
});

const gate = z.strictObject({
  from: name,
  to: name,
  /** Stages that must have passed for exactly the artifact that asks to enter `to`. */
  requires: z.array(z.enum(stageNames)),
  ...gateRules,
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
  /** Databases and brokers that services use through templates: `DB_HOST: '{db.host}'`. */
  stores: stores.optional(),
  /** Stage → tests of the system as a whole; they count for every service that has none of its own there. */
  suites: suites.optional(),
  /** Where suites (`<suites>/<stage>/<service>`) and pacts are. Default `suites` and `pacts`. */
  folders: z.strictObject({ suites: relativePath.optional(), pacts: relativePath.optional() }).optional(),
  /** Goes before the name of every image that is pulled, for networks without Docker Hub. */
  imageMirror: z.string().min(1).optional(),
  /** Outside systems → module whose default export starts a stand-in for it. */
  externals: z.record(name, relativePath).optional(),
  /** In the order a version passes them; a version enters the first by being built. */
  environments: z.array(environment).min(1, 'name at least one environment'),
  gates: z.array(gate),
  roles: roles.optional(),
  quarantine: quarantine.optional(),
  cluster: cluster.optional(),
  /** Platforms that outlive a command, by name. */
  platforms: z.record(name, platform).optional(),
  /** Where contracts are published besides the ledger: a Pact Broker or PactFlow. Credentials come from its usual variables. */
  contracts: z.strictObject({ broker: address }).optional(),
  /** A git repository that holds the ledger; absent: a ref of the project's own. */
  ledger: z.strictObject({ url: z.string().min(1) }).optional(),
});

/** What a project writes. */
export type ConfigInput = z.input<typeof configSchema>;

/** The keys each object of the configuration knows, to name them when one is misspelled. */
export const knownKeys = keysBelow(configSchema);

/** One service as written. */
export type ServiceInput = ConfigInput['services'][string];
export type BuildInput = NonNullable<ServiceInput['build']>;
export type StoreInput = NonNullable<ConfigInput['stores']>[string];
export type EnvironmentInput = ConfigInput['environments'][number];

/** Returns its argument; it is there for completion and checking in editors. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
