import { printable } from './printable.ts';

const shown = '…';
/** Shorter ones are words of any text. */
const shortestSecret = 6;
/** Of a secret with several lines, such as a key; what is shorter than that may be anything. */
const shortestLine = 16;

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
 * Takes out of everything that leaves (events, reports, the ledger) what must not: secrets, by value where it was told them and by
 * pattern where nobody did; control characters; and what is too long to be a message.
 */
export class Redactor {
  readonly #secrets = new Set<string>();
  #longestFirst: readonly string[] = [];

  /** Values that were handed to a service or a server; short ones are left alone. */
  add(...secrets: readonly string[]): void {
    for (const secret of secrets) {
      if (secret.length < shortestSecret) continue;
      for (const form of formsOf(secret)) this.#secrets.add(form);
    }
    // One secret may hold another.
    this.#longestFirst = [...this.#secrets].toSorted((a, b) => b.length - a.length);
  }

  text(text: string): string {
    // Before anything is cut or stripped, and after it: a control character may part a secret.
    return withoutPatterns(this.#withoutSecrets(printable(this.#withoutSecrets(text))));
  }

  /** A line of a log: everything but its secrets stays, however long it is. */
  line(line: string): string {
    return withoutPatterns(this.#withoutSecrets(line));
  }

  /** The same value with every text in it redacted, keys left as they are. */
  value<T>(value: T): T {
    return this.#deep(value) as T;
  }

  #withoutSecrets(text: string): string {
    return this.#longestFirst.reduce((clean, secret) => clean.replaceAll(secret, shown), text);
  }

  #deep(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.#deep(item));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#deep(item)]));
  }
}

function withoutPatterns(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/** As it is, and as it looks in a URL, in JSON, in a header that carries it and, where it has lines, in a log. */
function formsOf(secret: string): readonly string[] {
  const wellFormed = secret.toWellFormed();
  return [
    secret,
    printable(secret),
    encodeURIComponent(wellFormed),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    ...secret.split(/\r?\n/).filter((line) => line.length >= shortestLine && !line.startsWith('-----')),
  ];
}
