import type { TaskStatus } from '../v1.ts';
import type { Agent, Framework, Task } from './entities.ts';

/** What happened, for whoever watches the operator API's event stream. */
export type OperatorEvent =
  | { readonly kind: 'task-added'; readonly task: Task }
  | { readonly kind: 'task-updated'; readonly task: Task; readonly status: TaskStatus }
  | { readonly kind: 'agent-added'; readonly agent: Agent }
  | { readonly kind: 'agent-removed'; readonly agentId: string }
  | { readonly kind: 'framework-added'; readonly framework: Framework }
  | { readonly kind: 'framework-updated'; readonly framework: Framework }
  | { readonly kind: 'framework-removed'; readonly framework: Framework };

/** Passes events on to the subscribers of the moment, at once and in order. */
export class OperatorBus {
  readonly #subscribers = new Set<(event: OperatorEvent) => void>();

  /** Returns the way out. */
  subscribe(subscriber: (event: OperatorEvent) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  get size(): number {
    return this.#subscribers.size;
  }

  publish(event: OperatorEvent): void {
    for (const subscriber of this.#subscribers) subscriber(event);
  }
}
