import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { SetupProblem } from './problem.mjs';

const settings = ['--ignore-scripts', '--engine-strict=false', '--no-audit', '--no-fund', '--loglevel=error'];
const patience = ['--fetch-retries=2', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000'];
const unreachable =
  /E(CONNREFUSED|CONNRESET|NOTFOUND|AI_AGAIN|TIMEDOUT|HOSTUNREACH|NETUNREACH|OFFLINE)|ERR_SOCKET|ENOTCACHED/;

/**
 * `npm ci` in `folder`: exactly what its package-lock.json names, checked against its hashes, no package's script run.
 * @param {string} folder
 * @throws {SetupProblem} without npm, and with what npm said first when it fails
 */
export async function npmCi(folder) {
  await npm(folder, ['ci', '--prefix', folder, ...settings, ...patience]);
}

/**
 * What the package brings to whoever installs it, read from package-lock.json, as CycloneDX.
 * @param {string} folder
 * @throws {SetupProblem} with what npm said first when it fails
 */
export async function npmSbom(folder) {
  return npm(folder, ['sbom', '--package-lock-only', '--omit', 'dev', '--sbom-format', 'cyclonedx']);
}

/** Resolves to what npm printed. */
function npm(folder, args) {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [locateNpm(), ...args],
      { cwd: folder, env: ownEnvironment(), maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(problemOf(`npm ${args[0]}`, folder, `${stdout}\n${stderr}`.trim() || error.message));
      },
    );
  });
}

/** npm as a script, so that it needs no shell on any system: the one that started us, or the one beside this Node. */
function locateNpm() {
  const prefix = path.dirname(path.dirname(process.execPath));
  const candidates = [
    process.env.npm_execpath ?? '',
    path.join(prefix, 'lib/node_modules/npm/bin/npm-cli.js'),
    path.join(path.dirname(process.execPath), 'node_modules/npm/bin/npm-cli.js'),
    path.join(prefix, 'share/nodejs/npm/bin/npm-cli.js'),
    ...(process.env.PATH ?? '').split(path.delimiter).map((folder) => path.join(folder, 'npm')),
  ];
  for (const candidate of candidates) {
    if (!existsSync(candidate)) continue;
    const script = realpathSync(candidate);
    if (path.basename(script) === 'npm-cli.js') return script;
  }
  throw new SetupProblem(
    `npm was not found: neither beside ${process.execPath} nor on the PATH.`,
    'Install npm, which comes with Node, and run the same command again.',
  );
}

/** The caller's settings without what an outer `npm run` says about the package it runs. */
function ownEnvironment() {
  const foreign = /^npm_(package|lifecycle|command|config_local_prefix|config_global)/;
  const quiet = { npm_config_update_notifier: 'false' };
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name))),
    ...quiet,
  };
}

function problemOf(command, folder, output) {
  // Indented lines are stacks and dumps, and a log of its own would send the reader away from here.
  const lines = output
    .split('\n')
    .filter((line) => !/^npm error( {2,}|$)|A complete log of this run/.test(line));
  const said = lines.slice(0, 12).join('\n    ');
  return unreachable.test(output)
    ? new SetupProblem(
        `npm's package registry could not be reached. npm said:\n    ${said}`,
        'Check the network and the proxy settings of npm (npm config get registry), then run the same command again.',
      )
    : new SetupProblem(
        `${command} failed in ${folder}. npm said:\n    ${said}`,
        'Correct what npm names, then run the same command again; an unfinished install is made anew.',
      );
}
