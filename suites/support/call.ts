import axios, { type AxiosResponse } from 'axios';

/** Tests look at every answer, and go straight to the service whatever proxy the machine has. */
const client = axios.create({ proxy: false, validateStatus: () => true, timeout: 20_000 });

/** Prepares something for a test. @throws when it was refused: a test on top of that would mislead. */
export async function post(url: string, body?: unknown, headers?: Record<string, string>) {
  return succeeded(await client.post(url, body, { headers }));
}

export async function put(url: string, body: unknown) {
  return succeeded(await client.put(url, body));
}

function succeeded({ status, data, config }: AxiosResponse) {
  if (status < 300) return data;
  throw new Error(`${config.method} ${config.url} answered ${status}: ${JSON.stringify(data)}`);
}
