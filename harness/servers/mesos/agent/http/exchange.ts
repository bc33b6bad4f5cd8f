import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from '../../http/request.ts';
import type { AgentView } from './view.ts';

export interface Exchange {
  readonly view: AgentView;
  readonly request: Request;
  readonly incoming: IncomingMessage;
  readonly response: ServerResponse;
}
