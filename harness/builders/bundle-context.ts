import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';

/** A build context that puts a bundle on a base image: its files in `/app`, its start command as CMD. */
export function bundleContext(
  tar: Buffer,
  { base, start }: { readonly base: string; readonly start: string },
): NodeJS.ReadableStream {
  const context = pack();
  const dockerfile = [
    `FROM ${base}`,
    'WORKDIR /app',
    'COPY app/ ./',
    `CMD ${JSON.stringify(['/bin/sh', '-c', start])}`,
    '',
  ].join('\n');
  context.entry({ name: 'Dockerfile' }, dockerfile);
  const files = extract();
  files.on('entry', (header, stream, next) => {
    const entry = context.entry({ ...header, name: `app/${header.name}` }, next);
    stream.pipe(entry);
    if (header.type === 'symlink') stream.resume();
  });
  files.on('finish', () => context.finalize());
  Readable.from([tar]).pipe(files);
  // It is one; its types lack three methods that nobody calls.
  return context as unknown as NodeJS.ReadableStream;
}
