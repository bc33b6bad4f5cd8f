import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** An unused login link is worth nothing after this long, in milliseconds. */
const linkLifeMs = 15 * 60_000;

/** One-time login links and the sessions they open. Both die with this process. */
export class Logins {
  readonly #links = new Map<string, number>();
  readonly #sessions = new Set<string>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A secret that opens one session, once. */
  issue(): string {
    const secret = newSecret();
    this.#links.set(secret, this.#now() + linkLifeMs);
    return secret;
  }

  /** The session's secret; null when the link was used, is too old, or was never issued. */
  redeem(secret: string): string | null {
    const until = this.#links.get(secret);
    this.#links.delete(secret);
    if (until === undefined || until < this.#now()) return null;
    const session = newSecret();
    this.#sessions.add(session);
    return session;
  }

  /** Whether the request carries a session's cookie of this server. */
  admits(request: IncomingMessage, port: number): boolean {
    const given = cookiesOf(request).get(cookieName(port));
    return given !== undefined && [...this.#sessions].some((session) => sameSecret(session, given));
  }

  end(request: IncomingMessage, port: number): void {
    this.#sessions.delete(cookiesOf(request).get(cookieName(port)) ?? '');
  }
}

/** Cookies know no ports, so each console on this machine has a name of its own. */
export function sessionCookie(port: number, session: string | null): string {
  const life = session === null ? '; Max-Age=0' : '';
  return `${cookieName(port)}=${session ?? ''}; Path=/; HttpOnly; SameSite=Strict${life}`;
}

function cookieName(port: number): string {
  return `stagegate_console_${port}`;
}

function cookiesOf({ headers }: IncomingMessage): ReadonlyMap<string, string> {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

function newSecret(): string {
  return randomBytes(24).toString('base64url');
}

function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
