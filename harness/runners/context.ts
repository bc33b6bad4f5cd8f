import type { AppDefinition } from '../config/index.ts';
import type { PartyNames } from '../contracts/index.ts';
import type { Artifact, ProviderVerifying, RuntimeName, StageName, Suite } from '../model/index.ts';

/**
 * What one stage hands to its tests. It crosses into the test workers as data, so it holds nothing but data;
 * suite authors reach it through `stagegate/testing`, not directly.
 */
export interface StageContext {
  readonly stage: StageName;
  readonly runId: string;
  readonly runtime: RuntimeName;
  /** Absolute project root. */
  readonly root: string;
  /** Absolute folder that the run removes at its end. */
  readonly scratch: string;
  readonly services: Readonly<Record<string, StageService>>;
  /** Absolute folder of suites: tests are in `<suites>/<stage>/<service>`. */
  readonly suites: string;
  /** Absent when no service of the system keeps data. */
  readonly postgres?: PostgresAccess;
  readonly pacts: PactFolders;
  /** Name that pacts use → service, where the two differ. */
  readonly pactNames?: PartyNames;
  /** Every service and outside system of the whole system, built in this run or not. */
  readonly participants?: readonly string[];
  /** Present in the functional and acceptance stages. */
  readonly cluster?: ClusterAccess;
  /** Where the subjects stand: `staging` for acceptance, `test` for functional. */
  readonly environment?: { readonly name: string; readonly group: string };
  /** Outside systems by name, at the URLs by which tasks reach them. */
  readonly externals: Readonly<Record<string, string>>;
  /** Put into every process and container a test starts, so that the reaper knows them. */
  readonly tasksEnvironment: Readonly<Record<string, string>>;
}

/** One service as its tests need to know it. */
export interface StageService {
  /** Absolute folder of the service. */
  readonly path: string;
  /** The variable that takes its database URL; absent when it keeps no data. */
  readonly database?: string;
  /** Variable to the service whose URL it takes, e.g. `INVENTORY_URL` to `inventory`. */
  readonly neighbours: Readonly<Record<string, string>>;
  /** Variable to the outside system whose URL it takes. */
  readonly externals: Readonly<Record<string, string>>;
  readonly artifact: Artifact;
  /** Absolute path of the process bundle (`.tar.gz`), built under the docker runtime too; absent: only an image. */
  readonly bundle?: string;
  /** Shell command that starts the bundle; absent like the bundle. */
  readonly start?: string;
  /** Shell command an image runs instead of its own; absent: its own. */
  readonly imageStart?: string;
  /** Path that answers 200 once it can do its work; absent: it is not known, and its port has to do. */
  readonly ready?: string;
  /** The app definition as its authors wrote it, or as it was derived. */
  readonly definition: AppDefinition;
  /** How its tests of this stage are run where that is not vitest in the usual folder. */
  readonly suite?: Suite;
  /** How its pacts are verified without a test; absent: by tests. */
  readonly provider?: ProviderVerifying;
  /** Its settings for this stage, stores of its own in them; addresses of neighbours are the test's to give. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface PostgresAccess {
  /** As the test runner reaches it, with the right to create databases. */
  readonly adminUrl: string;
  /** The same server as tasks on the cluster reach it. */
  readonly taskUrl: string;
}

export interface PactFolders {
  /** The committed pacts, `<root>/pacts`; in the contract stage's tests, the pacts in force there. */
  readonly read: string;
  /** Where the contract stage and its tests put what they write. */
  readonly write: string;
}

export interface ClusterAccess {
  readonly marathonUrl: string;
  /** Null where the platform does not say where its Mesos is. */
  readonly mesosUrl: string | null;
  readonly edgeUrl: string;
  readonly auth: { readonly user: string; readonly password: string } | null;
  /** The address by which tasks reach listeners of this machine's test runner. */
  readonly taskHost: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    stagegate: StageContext;
  }
}
