import type { Socket } from 'node:net';

/** How long one direction goes on after the other has ended, in milliseconds. */
const halfOpenMs = 30_000;

/** Copies both ways until both have ended; one that breaks breaks the other. Each may end its direction on its own. */
export function tunnel(a: Socket, b: Socket, onClose: () => void): void {
  let open = 2;
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.once('end', () => to.setTimeout(halfOpenMs, () => to.destroy()));
    from.once('close', () => {
      if (!from.readableEnded) to.destroy();
      open -= 1;
      if (open === 0) onClose();
    });
    from.pipe(to);
  }
}
