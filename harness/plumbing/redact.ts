const shown = '…';
/** Shorter ones are words of any text. */
const shortestSecret = 6;

/** Patterns of what is secret wherever it stands: a password in a URL, a bearer token, a header or variable of that name. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/(:\/\/[^:@/\s]*:)[^@/\s]+@/g, `$1${shown}@`],
  [/\b(bearer\s+)[\w.~+/-]{8,}=*/gi, `$1${shown}`],
  [
    /\b((?:authorization|x-api-key|proxy-authorization)["']?\s*[:=]\s*["']?(?:basic\s+)?)[^\s"',;]{6,}/gi,
    `$1${shown}`,
  ],
  [/\b([A-Z0-9_]*(?:PASSWORD|SECRET|TOKEN|API_KEY)["']?\s*[:=]\s*["']?)[^\s"',;]{4,}/g, `$1${shown}`],
];

/**
 * Takes secrets out of everything that leaves: events, reports, the ledger. By value, for the secrets it was told, and by
 * pattern for those nobody told it.
 */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** Values that were handed to a service or a server; short ones are left alone. */
  add(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length < shortestSecret) continue;
      this.#secrets.add(secret);
      this.#secrets.add(encodeURIComponent(secret));
    }
  }

  text(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, shown);
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  }

  /** The same value with every text in it redacted, keys left as they are. */
  value<T>(value: T): T {
    return this.#deep(value) as T;
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#deep(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#deep(item)]));
  }
}
