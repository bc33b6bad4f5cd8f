import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { StagegateError, type StoreSpec } from '../../model/index.ts';
import { madeUpPassword } from '../../plumbing/made-up-password.ts';
import { openEngine, whyNoEngine } from '../../plumbing/open-engine.ts';
import { ensureImage } from '../../plumbing/pull-image.ts';
import { runShell } from '../../plumbing/shell-command.ts';
import { messageOf } from '../../plumbing/thrown.ts';
import type { Login, StoreRecipe, TenantPart } from './recipe.ts';
import type { Address } from './server.ts';
import { findProgram, type StartedServer, startProgram } from './start-program.ts';
import type { StoreAccess, StoreDriver, StoreFields, StoreOptions, StoreServer } from './store.ts';

const setupTimeoutMs = 10 * 60_000;
const loopback = '127.0.0.1';

/** Runs a kind of store by its recipe: in a container, as a program of this machine, or where its URL says. */
export function driverOf(recipe: StoreRecipe): StoreDriver {
  return {
    async start(spec, options) {
      if (spec.url !== null) return byUrl(spec.url);
      // Servers of later tenants are put away with the first.
      const running = new AsyncDisposableStack();
      const start = async (name: string): Promise<StartedServer> =>
        running.use(await startServer(recipe, spec, name, options));
      // Started before it is asked for: what is missing is told before any test runs.
      const first = await start(spec.name);
      let tenants = 0;
      const serverFor = async (): Promise<StartedServer> => {
        tenants += 1;
        return spec.dedicated && tenants > 1 ? start(`${spec.name}-${tenants}`) : first;
      };
      return {
        async provision(tenant) {
          const server = await serverFor();
          const divide = spec.dedicated ? (recipe.alone ?? recipe.provision) : recipe.provision;
          const part = await divide(server, tenant).catch((error: unknown) => {
            throw failed(spec, recipe, `no part for ${tenant} could be made: ${messageOf(error)}`, error);
          });
          const access = {
            task: fieldsOf(recipe, server.taskAddress, part),
            local: fieldsOf(recipe, server.address, part),
          };
          await setUp(recipe, spec, { address: server.address, part, access, tenant }, options);
          return access;
        },
        [Symbol.asyncDispose]: () => running.disposeAsync(),
      };
    },
  };
}

/** @throws `SG_STORE_FAILED` saying what was tried and what to install */
async function startServer(
  recipe: StoreRecipe,
  spec: StoreSpec,
  name: string,
  options: StoreOptions,
): Promise<StartedServer> {
  const { imageMirror = null, signal } = options;
  const program = await findProgram(recipe);
  const login: Login = {
    user: 'stagegate',
    password: spec.open ? '' : madeUpPassword(),
  };
  if (login.password !== '') options.onPassword(login.password);
  const server = { spec, name, login };
  const asProgram = async (host: string): Promise<StartedServer | string> => {
    if (program === null)
      return `none of ${recipe.programs.map((each) => basename(each)).join(', ')} is on the PATH`;
    return startProgram(recipe, program, { ...server, host }, options);
  };
  const asContainer = async (): Promise<StartedServer | string> => {
    if ((await whyNoEngine()) !== null) return 'no Docker engine answers';
    let image: string;
    try {
      image = await ensureImage(await openEngine(), spec.image ?? recipe.image ?? '', {
        imageMirror,
        signal,
      });
    } catch (error) {
      signal.throwIfAborted();
      return `a Docker engine answers, but: ${messageOf(error)}`;
    }
    const { startContainer } = await import('./start-container.ts');
    return startContainer(recipe, image, server, options);
  };
  // Tasks in containers reach a program of this machine where they reach its other servers.
  const ways =
    options.runtime === 'docker'
      ? [asContainer, () => asProgram(options.gateway ?? loopback)]
      : [() => asProgram(loopback), asContainer];
  const obstacles: string[] = [];
  for (const way of recipe.programs.length === 0 ? [asContainer] : ways) {
    try {
      const found = await way();
      if (typeof found !== 'string') return found;
      obstacles.push(found);
    } catch (error) {
      signal.throwIfAborted();
      throw failed(spec, recipe, messageOf(error), error);
    }
  }
  throw new StagegateError(
    'SG_STORE_FAILED',
    `stores.${spec.name}: ${recipe.title} cannot be had here: ${obstacles.join('; ')}. Install it (${recipe.install}), or write stores.${spec.name}.url.`,
  );
}

/** What every new part begins with: scripts, then the migration, then the data. @throws `SG_STORE_FAILED` */
async function setUp(
  recipe: StoreRecipe,
  spec: StoreSpec,
  made: {
    readonly address: Address;
    readonly part: TenantPart;
    readonly access: StoreAccess;
    readonly tenant: string;
  },
  options: StoreOptions,
): Promise<void> {
  for (const file of spec.init) {
    try {
      if (recipe.script === undefined) throw new Error(`scripts mean nothing to ${recipe.title}`);
      await recipe.script(made.address, made.part, await readFile(file, 'utf8'));
    } catch (error) {
      throw failed(spec, recipe, `${basename(file)} for ${made.tenant}: ${messageOf(error)}`, error);
    }
  }
  await runSetupCommands(spec, made.access.local, made.tenant, options);
}

/** `migrate` and `seed`, told where the part is: `STORE_URL`, `STORE_HOST` and so on. @throws `SG_STORE_FAILED` */
export async function runSetupCommands(
  spec: StoreSpec,
  local: StoreFields,
  tenant: string,
  { signal, marker, root }: Pick<StoreOptions, 'signal' | 'marker' | 'root'>,
): Promise<void> {
  const told = Object.fromEntries(
    Object.entries(local).map(([field, value]) => [`STORE_${field.toUpperCase()}`, value]),
  );
  for (const key of ['migrate', 'seed'] as const) {
    const command = spec[key];
    if (command === null) continue;
    const env = { ...marker, ...told };
    const shell = await runShell(command, {
      cwd: root ?? process.cwd(),
      env,
      signal,
      timeoutMs: setupTimeoutMs,
    });
    if (shell.end === 'exited' && shell.exitCode === 0) continue;
    signal.throwIfAborted();
    const how = shell.exitCode === null ? shell.end : `exit code ${shell.exitCode}`;
    throw new StagegateError(
      'SG_STORE_FAILED',
      `stores.${spec.name}.${key} for ${tenant}: \`${command}\`: ${how}\n${shell.output.trim().split('\n').slice(-12).join('\n')}`,
    );
  }
}

function fieldsOf(recipe: StoreRecipe, address: Address, part: TenantPart): StoreFields {
  return { ...part, host: address.host, port: String(address.port), url: recipe.url(address, part) };
}

/** A server that is already there is used as its URL says; it is divided by whoever runs it. */
function byUrl(text: string): StoreServer {
  return {
    provision: async (tenant) => {
      const own = fieldsOfUrl(text, tenant);
      return { task: own, local: own };
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** What a URL says of the server, and a prefix that keeps tenants apart where they heed it. */
export function fieldsOfUrl(text: string, tenant: string): StoreFields {
  const url = new URL(text);
  return {
    url: text,
    host: url.hostname,
    port: url.port,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    prefix: `${tenant}.`,
  };
}

function failed(spec: StoreSpec, { title }: StoreRecipe, because: string, cause: unknown): StagegateError {
  return new StagegateError('SG_STORE_FAILED', `stores.${spec.name}: ${title} did not start: ${because}`, {
    cause,
  });
}
