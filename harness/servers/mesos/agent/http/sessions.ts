import type { Container, ContainerExit, SideProcess } from '../../containerizer/container.ts';
import type { AgentCore } from '../agent.ts';
import type { LaunchNested, NestedContainerId } from './agent-call.ts';

/** A process that an operator started in a task's container. */
export interface Session {
  readonly id: NestedContainerId;
  readonly process: SideProcess;
  exit: ContainerExit | null;
}

/** What operators run inside of tasks, by the container ids they chose. */
export class Sessions {
  readonly #core: AgentCore;
  readonly #sessions = new Map<string, Session>();

  constructor(core: AgentCore) {
    this.#core = core;
  }

  /** Undefined when the parent is no running container. Starting an id that exists already does nothing. */
  async launch(call: LaunchNested, output: 'piped' | 'sandbox'): Promise<Session | undefined> {
    const key = keyOf(call.container_id);
    const known = this.#sessions.get(key);
    if (known !== undefined) return known;
    const container = this.#containerOf(call.container_id.parent);
    if (container === undefined) return undefined;
    this.#forgetOrphans();
    const terminal = call.container?.tty_info !== undefined;
    const process = await container.run(call.command ?? {}, { output, terminal });
    const session: Session = { id: call.container_id, process, exit: null };
    this.#sessions.set(key, session);
    void process.exited.then((exit) => {
      session.exit = exit;
    });
    return session;
  }

  find(id: NestedContainerId): Session | undefined {
    return this.#sessions.get(keyOf(id));
  }

  forget(id: NestedContainerId): void {
    this.#sessions.delete(keyOf(id));
  }

  /** What became of a session is nobody's business once its task's container is gone. */
  #forgetOrphans(): void {
    for (const [key, { id }] of this.#sessions) {
      if (this.#containerOf(id.parent) === undefined) this.#sessions.delete(key);
    }
  }

  #containerOf(id: NestedContainerId | undefined): Container | undefined {
    for (const executor of this.#core.frameworks.executors()) {
      for (const { containerId, container } of executor.run?.containers() ?? []) {
        if (containerId === id?.value) return container ?? undefined;
      }
    }
    return undefined;
  }
}

function keyOf(id: NestedContainerId): string {
  return id.parent === undefined ? id.value : `${keyOf(id.parent)}.${id.value}`;
}
