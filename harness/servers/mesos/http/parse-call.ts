import { type Answer, text } from '../../http/index.ts';
import { WireError } from '../wire/read.ts';
import { header, type Request } from './request.ts';
import { badRequest } from './respond.ts';

/** Reads the JSON of a call, or says with which answer it is refused. `name` is the message's name in the refusal. */
export function parseCall<T>(
  request: Request,
  body: Buffer,
  name: string,
  read: (json: unknown) => T,
): { readonly call: T } | { readonly refusal: Answer } {
  const contentType = header(request.incoming, 'content-type');
  if (contentType === undefined) return { refusal: badRequest("Expecting 'Content-Type' to be present") };
  if (contentType === 'application/x-protobuf') {
    return {
      refusal: badRequest(
        `Failed to parse body into ${name} protobuf: this master reads application/json only`,
      ),
    };
  }
  if (contentType !== 'application/json') {
    return { refusal: text(415, "Expecting 'Content-Type' of application/json or application/x-protobuf") };
  }
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    return { refusal: badRequest(`Failed to parse body into JSON: ${(error as Error).message}`) };
  }
  try {
    return { call: read(json) };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return { refusal: badRequest(`Failed to convert JSON into ${name} protobuf: ${error.message}`) };
  }
}
