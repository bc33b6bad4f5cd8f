import { readSettings } from '../../config/index.ts';
import { exitCodes } from '../../model/index.ts';
import { systemClock } from '../../plumbing/clock.ts';
import { startBroker } from '../../servers/broker/index.ts';
import { makeUpCredentials } from '../../servers/http/index.ts';
import { ledgerJournal } from '../broker/ledger-journal.ts';
import { untilInterrupted } from '../interruption.ts';
import { openProject } from '../project.ts';
import { openProjectLedger } from '../project-ledger.ts';

export interface BrokerCommandOptions {
  readonly config?: string;
  readonly port: number;
  /** False for `--no-auth`. */
  readonly auth: boolean;
}

/**
 * `stagegate broker`: a Pact Broker over the project's ledger, on loopback, until interrupted; one JSON line tells where it is.
 * Its user and password are made up, unless `PACT_BROKER_USERNAME` and `PACT_BROKER_PASSWORD` say others.
 */
export async function broker(options: BrokerCommandOptions, signal: AbortSignal): Promise<number> {
  const config = await openProject(options.config);
  const ledger = await openProjectLedger(config);
  const { PACT_BROKER_USERNAME: user, PACT_BROKER_PASSWORD: password } = readSettings().env;
  const given = user && password ? { user, password } : null;
  const credentials = options.auth ? (given ?? makeUpCredentials('stagegate')) : null;
  await using server = await startBroker({
    journal: ledgerJournal(
      ledger,
      config.environments.map(({ name }) => name),
    ),
    host: '127.0.0.1',
    port: options.port,
    credentials,
    now: () => systemClock.now(),
    onDefect: (error) =>
      process.stderr.write(
        `broker: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      ),
  });
  process.stdout.write(`${JSON.stringify({ broker: server.url.origin, auth: credentials })}\n`);
  await untilInterrupted(signal);
  return exitCodes.interrupted;
}
