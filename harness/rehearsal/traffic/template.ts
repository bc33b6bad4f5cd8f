import type { OutgoingRequest } from './client.ts';

/** A request that may be sent as often as one likes. */
export interface RequestTemplate {
  readonly service: string;
  /** `POST /orders (an order with two lines)` */
  readonly label: string;
  make(): OutgoingRequest;
}

/** The paths that a service's health and readiness checks ask: all that is known of one without pacts and journeys. */
export function healthRequest(service: string, path: string): RequestTemplate {
  return {
    service,
    label: `GET ${path}`,
    make: () => ({ method: 'GET', path, headers: {}, body: null, holdBodyMs: 0 }),
  };
}
