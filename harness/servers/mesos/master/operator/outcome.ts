/** How an operator's change ended: a status of HTTP, and the text that goes with a refusal. */
export interface Outcome {
  readonly status: 200 | 202 | 400 | 404 | 409 | 501;
  readonly message?: string;
}

export const done: Outcome = { status: 200 };
export const refused = (message: string): Outcome => ({ status: 400, message });
