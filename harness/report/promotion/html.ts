import type { html } from 'hono/html';

/** Markup whose interpolated text has been escaped. */
export type Html = ReturnType<typeof html>;
