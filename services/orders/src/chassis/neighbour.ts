import axios, { type AxiosInstance, type AxiosResponse, type Method } from 'axios';
import * as z from 'zod';
import { ApiError } from './http.ts';
import { requestScope } from './log.ts';

export interface NeighbourRequest {
  readonly method: Method;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Another service, called over HTTP with the id of the request being served. */
export class Neighbour {
  readonly name: string;
  readonly #client: AxiosInstance;

  constructor(name: string, url: string, timeoutMs = 3000) {
    this.name = name;
    this.#client = axios.create({
      baseURL: url,
      timeout: timeoutMs,
      proxy: false,
      maxRedirects: 0,
      validateStatus: (status) => status < 500,
      paramsSerializer: { indexes: null },
    });
    this.#client.interceptors.request.use((config) => {
      const scope = requestScope.getStore();
      if (scope) config.headers.set('x-request-id', scope.requestId);
      return config;
    });
  }

  /** Any answer below 500. @throws ApiError 503 when there is none in time, or the neighbour failed. */
  async send({ method, path, query, headers, body }: NeighbourRequest): Promise<AxiosResponse<unknown>> {
    try {
      return await this.#client.request({ method, url: path, params: query, headers, data: body });
    } catch (error) {
      const why = axios.isAxiosError(error) ? (error.response?.status ?? error.code) : String(error);
      throw new ApiError(
        503,
        'neighbour_unavailable',
        `${this.name} did not answer ${method} ${path}: ${why}.`,
      );
    }
  }

  /** The body of an answer that has this status. @throws ApiError 502 when it has not, or the body does not fit. */
  expect<Schema extends z.ZodType>(
    response: AxiosResponse<unknown>,
    status: number,
    schema: Schema,
  ): z.output<Schema> {
    if (response.status !== status) throw this.#unexpected(`status ${response.status}`);
    const body = schema.safeParse(response.data);
    if (!body.success) throw this.#unexpected(z.prettifyError(body.error));
    return body.data;
  }

  #unexpected(seen: string): ApiError {
    return new ApiError(502, 'unexpected_answer', `${this.name} answered what was not agreed: ${seen}.`);
  }
}

/** The `code` of an error answer, undefined for any other body. */
export function errorCode(response: AxiosResponse<unknown>): string | undefined {
  const body = z.object({ error: z.object({ code: z.string() }) }).safeParse(response.data);
  return body.success ? body.data.error.code : undefined;
}
