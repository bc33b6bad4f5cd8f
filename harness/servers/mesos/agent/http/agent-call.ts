import type { CommandInfo, Value } from '../../v1.ts';
import { command } from '../../wire/messages.ts';
import { type Field, type MessageType, message, oneOf, optional, required } from '../../wire/schema.ts';

export interface NestedContainerId extends Value<string> {
  readonly parent?: NestedContainerId;
}

export interface LaunchNested {
  readonly container_id: NestedContainerId;
  readonly command?: CommandInfo;
  readonly container?: { readonly type?: string; readonly tty_info?: Record<string, unknown> };
}

/** The calls of `POST /api/v1` on an agent that are answered here. */
export const agentCallTypes = [
  'GET_HEALTH',
  'GET_FLAGS',
  'GET_VERSION',
  'GET_METRICS',
  'GET_LOGGING_LEVEL',
  'SET_LOGGING_LEVEL',
  'LIST_FILES',
  'READ_FILE',
  'GET_STATE',
  'GET_CONTAINERS',
  'GET_FRAMEWORKS',
  'GET_EXECUTORS',
  'GET_OPERATIONS',
  'GET_RESOURCE_PROVIDERS',
  'GET_TASKS',
  'GET_AGENT',
  'LAUNCH_NESTED_CONTAINER',
  'LAUNCH_NESTED_CONTAINER_SESSION',
  'WAIT_NESTED_CONTAINER',
  'KILL_NESTED_CONTAINER',
  'REMOVE_NESTED_CONTAINER',
  'ATTACH_CONTAINER_INPUT',
] as const;
export type AgentCallType = (typeof agentCallTypes)[number] | 'UNKNOWN';

export interface AgentCall {
  readonly type?: AgentCallType;
  readonly list_files?: { readonly path: string };
  readonly read_file?: { readonly path: string; readonly offset: number; readonly length?: number };
  readonly launch_nested_container?: LaunchNested;
  readonly launch_nested_container_session?: LaunchNested;
  readonly wait_nested_container?: { readonly container_id: NestedContainerId };
  readonly kill_nested_container?: { readonly container_id: NestedContainerId; readonly signal?: number };
  readonly remove_nested_container?: { readonly container_id: NestedContainerId };
  readonly attach_container_input?: {
    readonly type?: 'CONTAINER_ID' | 'PROCESS_IO';
    readonly container_id?: NestedContainerId;
    readonly process_io?: {
      readonly type?: 'DATA' | 'CONTROL';
      /** Base64; empty means that no more input comes. */
      readonly data?: { readonly type?: 'STDIN' | 'STDOUT' | 'STDERR'; readonly data?: string };
    };
  };
}

const containerId: MessageType<NestedContainerId> = message<NestedContainerId>('ContainerID', {
  value: required('string'),
  parent: optional(() => containerId),
});

const launchNested = message<LaunchNested>('LaunchNestedContainer', {
  container_id: required(containerId),
  command: optional(command),
  container: optional(
    message<NonNullable<LaunchNested['container']>>('ContainerInfo', {
      type: optional('string'),
      tty_info: optional('object'),
    }),
  ),
});

const naming = (): Field =>
  optional(message<{ container_id: NestedContainerId }>('Naming', { container_id: required(containerId) }));

const processIo = message<NonNullable<NonNullable<AgentCall['attach_container_input']>['process_io']>>(
  'ProcessIO',
  {
    type: optional(oneOf('DATA', 'CONTROL')),
    data: optional(
      message<{ type?: 'STDIN' | 'STDOUT' | 'STDERR'; data?: string }>('Data', {
        type: optional(oneOf('STDIN', 'STDOUT', 'STDERR')),
        data: optional('bytes'),
      }),
    ),
  },
);

const attachInput = message<NonNullable<AgentCall['attach_container_input']>>('AttachContainerInput', {
  type: optional(oneOf('CONTAINER_ID', 'PROCESS_IO')),
  container_id: optional(containerId),
  process_io: optional(processIo),
});

export const agentCall = message<AgentCall>('Call', {
  type: optional(oneOf('UNKNOWN', ...agentCallTypes)),
  list_files: optional(
    message<NonNullable<AgentCall['list_files']>>('ListFiles', { path: required('string') }),
  ),
  read_file: optional(
    message<NonNullable<AgentCall['read_file']>>('ReadFile', {
      path: required('string'),
      offset: required('int'),
      length: optional('int'),
    }),
  ),
  launch_nested_container: optional(launchNested),
  launch_nested_container_session: optional(launchNested),
  wait_nested_container: naming(),
  kill_nested_container: optional(
    message<NonNullable<AgentCall['kill_nested_container']>>('KillNestedContainer', {
      container_id: required(containerId),
      signal: optional('int'),
    }),
  ),
  remove_nested_container: naming(),
  attach_container_input: optional(attachInput),
});
