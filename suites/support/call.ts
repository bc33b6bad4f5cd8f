import axios, { type AxiosResponse } from 'axios';

/** Every answer is an answer to a test, and no proxy of this machine may stand between it and the service. */
export const http = axios.create({ proxy: false, validateStatus: () => true, timeout: 20_000 });

/** Prepares something for a test. @throws when it was refused: a test on top of that would mislead. */
export async function post(url: string, body?: unknown, headers?: Record<string, string>) {
  return succeeded(await http.post(url, body, { headers }));
}

export async function put(url: string, body: unknown) {
  return succeeded(await http.put(url, body));
}

function succeeded({ status, data, config }: AxiosResponse) {
  if (status < 300) return data;
  throw new Error(`${config.method} ${config.url} answered ${status}: ${JSON.stringify(data)}`);
}
