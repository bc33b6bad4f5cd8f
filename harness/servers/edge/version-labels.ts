import type { AppView } from './app-view.ts';

/** Versions remembered per app; an app has tasks of two or three. */
const mostVersions = 20;

/** What a label of an app was in each of its versions, so that a task can be told by what it runs. */
export class VersionLabels {
  readonly #label: string | undefined;
  readonly #get: (path: string) => Promise<Response>;
  /** App → version → value. */
  readonly #known = new Map<string, Map<string, string | null>>();

  /** @param get reads a path of Marathon */
  constructor(label: string | undefined, get: (path: string) => Promise<Response>) {
    this.#label = label;
    this.#get = get;
  }

  /** Null when the version has no such label, or Marathon does not know the version any more. */
  async of(app: AppView, version: string | null): Promise<string | null> {
    if (this.#label === undefined || version === null) return null;
    if (app.version === version) return this.#remember(app.id, version, this.#valueIn(app));
    const known = this.#known.get(app.id)?.get(version);
    if (known !== undefined) return known;
    const answer = await this.#get(`v2/apps/${app.id}/versions/${encodeURIComponent(version)}`);
    const found = answer.ok ? ((await answer.json()) as AppView) : null;
    return this.#remember(app.id, version, found === null ? null : this.#valueIn(found));
  }

  #valueIn({ labels }: AppView): string | null {
    const value = new Map(Object.entries(labels ?? {})).get(this.#label ?? '');
    return typeof value === 'string' ? value : null;
  }

  #remember(appId: string, version: string, value: string | null): string | null {
    const versions = this.#known.get(appId) ?? new Map<string, string | null>();
    this.#known.set(appId, versions);
    versions.set(version, value);
    for (const oldest of versions.keys()) {
      if (versions.size <= mostVersions) break;
      versions.delete(oldest);
    }
    return value;
  }
}
