import type { MasterContext } from './context.ts';

export const mesosVersion = '1.12.0';

/** MasterInfo, whose `ip` is the address as a number in network byte order, read on a little-endian machine. */
export function masterInfo(context: MasterContext): Record<string, unknown> {
  const { hostname, ip, port } = context.address;
  return {
    id: context.id,
    ip: ipAsNumber(ip),
    port,
    pid: context.pid,
    hostname,
    version: mesosVersion,
    address: { hostname, ip, port },
    capabilities: masterCapabilities.map((type) => ({ type })),
  };
}

export const masterCapabilities = ['AGENT_UPDATE', 'AGENT_DRAINING', 'QUOTA_V2'] as const;

function ipAsNumber(ip: string): number {
  return ip.split('.').reduceRight((number, octet) => number * 256 + Number(octet), 0);
}
