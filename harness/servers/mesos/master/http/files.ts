import type { Answer } from '../../../http/index.ts';
import type { Request } from '../../http/request.ts';
import { badRequest, json } from '../../http/respond.ts';
import type { MasterContext } from '../context.ts';
import { browse, download, type FileAnswer, read } from '../operator/files.ts';

/** `/files/…`: the master's log as a web page or a command-line tool reads it. */
export function handleFiles(context: MasterContext, request: Request): Answer {
  const { query } = request;
  const path = query.get('path');
  switch (request.path) {
    case '/files/browse':
    case '/files/browse.json':
      return render(browse(context, path), (files) => json(request, files));
    case '/files/read':
    case '/files/read.json':
      return render(
        read(context, { path, offset: query.get('offset'), length: query.get('length') }),
        (part) => json(request, { data: part.data.toString('utf8'), offset: part.offset }),
      );
    case '/files/download':
    case '/files/download.json':
      return render(download(context, path), (bytes) => ({
        status: 200,
        headers: {
          'Content-Type': 'application/octet-stream',
          'Content-Disposition': 'attachment; filename=log',
        },
        body: bytes,
      }));
    case '/files/debug':
    case '/files/debug.json':
      return json(request, { '/master/log': `${context.flags.workDir}/log` });
    default:
      return { status: 404 };
  }
}

function render<T>(answer: FileAnswer<T>, found: (value: T) => Answer): Answer {
  switch (answer.kind) {
    case 'found':
      return found(answer.value);
    case 'missing':
      return { status: 404 };
    case 'invalid':
      return badRequest(answer.message);
  }
}
