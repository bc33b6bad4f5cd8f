/** What to do next, per error code. One heading each in harness/model/ERRORS.md; errors.test.ts compares the two. */
export const errorHints = {
  SG_USAGE: 'Run stagegate --help; every command shows examples.',
  SG_CONFIG_NOT_FOUND: 'Create stagegate.config.ts, or pass --config <file>.',
  SG_CONFIG_INVALID: 'Correct each key named above; editors complete them when the file uses defineConfig.',
  SG_SERVICE_INVALID: 'Correct the file named above; services/README.md shows what a service folder holds.',
  SG_SECRET_MISSING: 'Set the variable, write the file or install the command named above, and run again.',
  SG_PACT_INVALID: 'Restore the file from git, or delete it and run: stagegate stage contract.',
  SG_BROKER_FAILED:
    'Check contracts.broker in the configuration, PACT_BROKER_TOKEN or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, and the network.',
  SG_BUILD_FAILED: 'Read the build output above and run the same command in the service folder.',
  SG_CLUSTER_NOT_READY: 'Read the log named above; give the cluster more time or resources, or another port.',
  SG_PORT_TAKEN: 'Free the port, name another one, or leave it out and let the system pick.',
  SG_STORE_FAILED: 'Read the database log named above; free memory, shared memory or disk, and run again.',
  SG_ENGINE_FAILED: 'Start the Docker engine, or run with --runtime process.',
  SG_REGISTRY_FAILED:
    'Run again; if the registry ends again, see what ends it with: docker events --filter image=registry:2.',
  SG_DEPLOYMENT_LOCKED:
    'Wait until the deployment named above has ended, or cancel it in Marathon; then give the same command again.',
  SG_DEPLOYMENT_FAILED: 'Read the task log named above; the service did not become healthy.',
  SG_MARATHON_FAILED: 'Check that the Marathon named above answers, and run again.',
  SG_CLUSTER_FAILED: 'Check that the cluster still runs, with: stagegate ps.',
  SG_NO_CLUSTER:
    'Start one with: stagegate up, or stagegate cluster; or name one with --marathon and --mesos.',
  SG_APP_LOCKED: 'Wait until it is done, or supersede it with --force.',
  SG_SERVICE_UNKNOWN: 'Run stagegate ps to see what is deployed.',
  SG_LEDGER_FAILED: 'Check the git repository named above with: git fsck.',
  SG_LEDGER_ALTERED:
    'Nothing is judged from an altered ledger. See it with: stagegate ledger verify; restore the ref from a clone or a backup.',
  SG_LEDGER_VERSION: 'Update stagegate: the ledger was written by a newer version.',
  SG_LEDGER_UNREACHABLE:
    'Check ledger.url in the configuration, the network, and the right to push; then run again.',
  SG_PLATFORM_UNREACHABLE: 'Check the address and the credentials under the key named above; then run again.',
  SG_NO_TESTS: 'Add a test under suites/<stage>/<service>/, or take the stage out of the gate.',
  SG_REPORTS_UNWRITABLE:
    'Free the disk, or give this user the right to write the folder named above; then run again.',
  SG_TESTS_LOST: 'Run again, with more memory free; the log of the stage may tell more.',
  SG_STATE_UNWRITABLE: 'Give this user the right to write the folder named above.',
  SG_NO_VERDICT: 'Run the command again. If it ends like this again, report it with what it printed.',
  SG_INTERRUPTED: 'Run the command again; what was finished is in the ledger.',
  SG_INTERNAL: 'This is a defect of stagegate. Report it with the text above.',
} as const;

export type ErrorCode = keyof typeof errorHints;

/** Process exit codes, as ARCHITECTURE.md promises them to scripts. */
export const exitCodes = {
  yes: 0,
  no: 1,
  usage: 2,
  infrastructure: 3,
  pending: 4,
  interrupted: 130,
} as const;

const exitByCode: Partial<Record<ErrorCode, number>> = {
  SG_USAGE: exitCodes.usage,
  SG_CONFIG_NOT_FOUND: exitCodes.usage,
  SG_CONFIG_INVALID: exitCodes.usage,
  SG_SERVICE_INVALID: exitCodes.usage,
  SG_SECRET_MISSING: exitCodes.usage,
  SG_PACT_INVALID: exitCodes.usage,
  SG_NO_CLUSTER: exitCodes.usage,
  SG_SERVICE_UNKNOWN: exitCodes.usage,
  SG_APP_LOCKED: exitCodes.no,
  SG_BUILD_FAILED: exitCodes.no,
  SG_DEPLOYMENT_FAILED: exitCodes.no,
  SG_NO_TESTS: exitCodes.no,
  SG_DEPLOYMENT_LOCKED: exitCodes.pending,
  SG_INTERRUPTED: exitCodes.interrupted,
};

/** Everything not listed is a failure of the infrastructure: 3. */
export function exitCodeOf(code: ErrorCode): number {
  return exitByCode[code] ?? exitCodes.infrastructure;
}

/** An expected way for a run to stop: says what happened and where in `message`, and what to do next in `hint`. */
export class StagegateError extends Error {
  override readonly name = 'StagegateError';
  readonly code: ErrorCode;
  readonly hint: string;
  /** One line per problem, when there are several. */
  readonly problems: readonly string[];

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { problems?: readonly string[] }) {
    super(message, options);
    this.code = code;
    this.hint = errorHints[code];
    this.problems = options?.problems ?? [];
  }
}

/** Ends a switch over a closed union: a new member fails to compile wherever it is not handled. */
export function unreachable(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
