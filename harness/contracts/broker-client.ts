import { z } from 'zod';
import { StagegateError } from '../model/index.ts';

/** A Pact Broker or PactFlow, and who speaks to it. */
export interface BrokerAddress {
  readonly url: string;
  /** As an Authorization header; null: nobody is asked. */
  readonly authorization: string | null;
}

/** Pacts of one version of a consumer, as the broker takes them: all or none. */
export interface PactPublication {
  readonly consumer: string;
  readonly version: string;
  readonly branch: string | null;
  readonly pacts: readonly { readonly provider: string; readonly content: string }[];
}

const timeoutMs = 30_000;
const halLinks = z.looseObject({ _links: z.record(z.string(), z.unknown()).default({}) });
const link = z.looseObject({ href: z.string() });
const answer = z.looseObject({
  summary: z.looseObject({ deployable: z.boolean().nullable(), reason: z.string().default('') }),
});

/** The parts of the Pact Broker's API that stagegate uses. Every method throws `SG_BROKER_FAILED`, saying what came instead. */
export class BrokerClient {
  readonly #address: BrokerAddress;

  constructor(address: BrokerAddress) {
    this.#address = { ...address, url: address.url.replace(/\/+$/, '') };
  }

  /** Resolves to what the broker says of it, a line each. */
  async publish({ consumer, version, branch, pacts }: PactPublication): Promise<readonly string[]> {
    const body = {
      pacticipantName: consumer,
      pacticipantVersionNumber: version,
      ...(branch === null ? {} : { branch }),
      contracts: pacts.map(({ provider, content }) => ({
        consumerName: consumer,
        providerName: provider,
        specification: 'pact',
        contentType: 'application/json',
        content: Buffer.from(content).toString('base64'),
        onConflict: 'overwrite',
      })),
    };
    const said = await this.#ask('POST', '/contracts/publish', body);
    const notices = z
      .looseObject({ notices: z.array(z.looseObject({ text: z.string() })).default([]) })
      .parse(said).notices;
    return notices.map(({ text }) => text);
  }

  /** Publishes what verifying a version's pact with a provider found. */
  async publishResult(result: {
    readonly consumer: string;
    readonly consumerVersion: string;
    readonly provider: string;
    readonly providerVersion: string;
    readonly branch: string | null;
    readonly success: boolean;
    readonly testResults: readonly unknown[];
  }): Promise<void> {
    const { consumer, consumerVersion, provider, providerVersion, branch, success, testResults } = result;
    const escaped = [provider, consumer, consumerVersion].map(encodeURIComponent);
    const pact = await this.#ask(
      'GET',
      `/pacts/provider/${escaped[0]}/consumer/${escaped[1]}/version/${escaped[2]}`,
    );
    const href = link.safeParse(halLinks.parse(pact)._links['pb:publish-verification-results']);
    if (!href.success) throw this.#failed('the pact has no link for verification results');
    if (branch !== null) {
      const [name, on, number] = [provider, branch, providerVersion].map(encodeURIComponent);
      await this.#ask('PUT', `/pacticipants/${name}/branches/${on}/versions/${number}`, {});
    }
    await this.#ask('POST', href.data.href, {
      success,
      providerApplicationVersion: providerVersion,
      testResults,
    });
  }

  /** Only a yes is a yes. */
  async canIDeploy(
    pacticipant: string,
    version: string,
    environment: string,
  ): Promise<{ readonly deployable: boolean; readonly reason: string }> {
    const query = new URLSearchParams([
      ['q[][pacticipant]', pacticipant],
      ['q[][version]', version],
      ['latestby', 'cvpv'],
      ['environment', environment],
    ]);
    const { summary } = answer.parse(await this.#ask('GET', `/matrix?${query}`));
    return { deployable: summary.deployable === true, reason: summary.reason };
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { url, authorization } = this.#address;
    const target = new URL(path, `${url}/`);
    const at = path.startsWith('/') ? new URL(`${url}${path}`) : target;
    // A link that leads elsewhere must not be followed with the password.
    if (at.origin !== new URL(url).origin)
      throw this.#failed(`it links to ${at.origin}, which is not the broker`);
    let response: Response;
    let text: string;
    try {
      response = await fetch(at, {
        method,
        headers: {
          accept: 'application/hal+json, application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(authorization === null ? {} : { authorization }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (error) {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw this.#failed(`${method} ${at.pathname} got no answer: ${cause}`);
    }
    const shown = text.replaceAll(/\s+/g, ' ').slice(0, 300);
    if (!response.ok) {
      const where = response.headers.get('location');
      const redirect = where === null ? '' : ` to ${where}; write the address it leads to`;
      throw this.#failed(`${method} ${at.pathname} answered ${response.status}${redirect}: ${shown}`);
    }
    try {
      return text === '' ? {} : JSON.parse(text);
    } catch {
      throw this.#failed(`${method} ${at.pathname} answered something else than JSON: ${shown}`);
    }
  }

  #failed(what: string): StagegateError {
    return new StagegateError('SG_BROKER_FAILED', `The contract broker at ${this.#address.url}: ${what}`);
  }
}
