import { z } from 'zod';
import { stageNames } from '../model/index.ts';
import { provider } from './schema-provider.ts';
import { suites } from './schema-suites.ts';
import { name, relativePath, variable } from './schema-words.ts';

/** Templates such as `{db.url}`, `{orders.host}`, `{port}` and `{environment}` are filled in at deployment. */
const value = z.union([z.string(), z.number(), z.boolean()], 'write a text, a number, true or false');
export const settings = z.record(variable, value);

const secret = z.union(
  [
    z.strictObject({ env: variable }),
    z.strictObject({ file: z.string().min(1) }),
    z.strictObject({ command: z.string().min(1) }),
  ],
  "write { env: 'NAME' }, { file: 'path' } or { command: 'command that prints it' }",
);
export const secrets = z.record(variable, secret);

export const resources = z.strictObject({
  cpus: z.number().min(0.001).optional(),
  memMiB: z.number().int().min(16).optional(),
  diskMiB: z.number().int().min(0).optional(),
});

const buildObject = z.strictObject({
  /** Which builder, when the folder does not tell. */
  kind: z.enum(['node', 'python', 'command', 'static', 'files']).optional(),
  /** Shell command, run in a copy of the service's folder. */
  run: z.string().min(1).optional(),
  /** Folder (or file, or pattern of files) the command makes, which becomes the artifact. */
  output: relativePath.optional(),
  /** Dockerfile, relative to the context; `false`: put the bundle on `base` instead. */
  dockerfile: z.union([relativePath, z.literal(false)]).optional(),
  /** Folder sent to the engine, relative to the configuration file; default: the service's. */
  context: relativePath.optional(),
  target: z.string().min(1).optional(),
  args: z.record(z.string(), z.string()).optional(),
  /** Image the bundle is put on, where there is no Dockerfile. */
  base: z.string().min(1).optional(),
});

export const service = z.strictObject({
  /** `service` (default) answers requests; `worker` has no port. */
  kind: z.enum(['service', 'worker']).optional(),
  /** Folder of the service, relative to the configuration file; default `services/<name>`. */
  path: relativePath.optional(),
  /** A ready image instead of a build, such as `nginx:1.27` or one by digest. */
  image: z.string().min(1).optional(),
  /** A ready `.tar.gz` instead of a build; with `#sha256:…` behind it, only those bytes. */
  artifact: relativePath.optional(),
  /** A shell command, or how to build; inferred from the folder when absent. */
  build: z.union([z.string().min(1), buildObject], 'write a command or an object: { … }').optional(),
  /** Shell command that starts it; inferred from Procfile, package.json and the like when absent. */
  start: z.string().min(1).optional(),
  /** Port it listens on inside its image; as a process it is told one in `PORT`. */
  port: z.number().int().min(1).max(65_535).optional(),
  /** Path that answers 200 once it can do its work. */
  ready: z.string().startsWith('/', 'write a path, such as "/health/ready"').optional(),
  /** Path that answers 200 as long as it lives. */
  live: z.string().startsWith('/', 'write a path, such as "/health/live"').optional(),
  /** Stage → tests run by another command, or in another folder. */
  suites: suites.optional(),
  /**
   * Stage → why it is not asked of this service; the reason is in every verdict. `traffic`: why a rehearsal sends it no
   * requests, such as that it does not speak HTTP.
   */
  exempt: z.partialRecord(z.enum([...stageNames, 'traffic']), z.string().min(1)).optional(),
  /** Verifies the pacts that name it as their provider, without a test. */
  provider: provider.optional(),
  /** What pacts call it, where that is not its name here. */
  pactName: z.string().min(1).optional(),
  env: settings.optional(),
  secrets: secrets.optional(),
  resources: resources.optional(),
  instances: z.number().int().min(0).max(1000).optional(),
  /** Variable that receives the URL of the service's own PostgreSQL database; absent: it has none. */
  database: variable.optional(),
  /** Variable → service whose stable address it receives. */
  neighbours: z.record(variable, name).optional(),
  /** Variable → outside system (a key of `externals`) whose address it receives. */
  externals: z.record(variable, name).optional(),
});
