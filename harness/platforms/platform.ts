import type { RuntimeName } from '../model/index.ts';
import type { MarathonClient } from './marathon-client.ts';

/** What environments run on. Disposing it removes what this command started, and nothing of a lasting one. */
export interface Platform extends AsyncDisposable {
  /** As in the configuration; `embedded` for the one that a command starts for itself. */
  readonly name: string;
  /** Of this one instance: an embedded platform is another one in every run. */
  readonly id: string;
  readonly kind: 'embedded' | 'attached';
  /** `command`: gone when the command ends; `lasting`: what is deployed on it stays. */
  readonly lifetime: 'command' | 'lasting';
  readonly runtime: RuntimeName;
  readonly marathon: MarathonClient;
  /** How tests and people reach its servers. */
  readonly access: PlatformAccess;
  readonly addresses: AddressBook;
  /** Last lines that a task printed; empty when they cannot be had. */
  lastOutput(taskId: string): Promise<string>;
  /** Writes logs below `directory`; resolves to the files written, oldest first. */
  collectLogs(directory: string): Promise<readonly string[]>;
}

export interface PlatformAccess {
  readonly marathonUrl: URL;
  /** Null where the platform does not say where its Mesos is. */
  readonly mesosUrl: URL | null;
  readonly edgeUrl: URL;
  readonly auth: { readonly user: string; readonly password: string } | null;
  /** The address by which tasks reach what listens on this machine. */
  readonly taskHost: string;
}

/** Stable addresses of apps, whatever tasks they have at the moment. */
export interface AddressBook {
  /** The address of an app as tasks reach it; the app need not exist yet. */
  reserve(appId: string): Promise<string>;
}

/** Where the platform's Mesos is; null where it does not say. */
export function mesosOf({ mesosUrl, auth }: Pick<PlatformAccess, 'mesosUrl' | 'auth'>): {
  readonly mesosUrl: URL;
  readonly auth: PlatformAccess['auth'];
} | null {
  return mesosUrl === null ? null : { mesosUrl, auth };
}
