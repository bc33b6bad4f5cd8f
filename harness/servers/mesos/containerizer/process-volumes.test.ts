import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { ContainerInfo } from '../v1.ts';
import { provideContainer } from './process-volumes.ts';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'stagegate-volumes-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const provide = (members: Partial<ContainerInfo>, sandbox: string): Promise<void> =>
  provideContainer({ container: { type: 'MESOS', ...members }, sandbox, volumes: [] });

test('a writable host path is found at its relative container path', async () => {
  const [sandbox, host] = [folder(), folder()];
  writeFileSync(join(host, 'file'), 'content');
  const volumes = [{ mode: 'RW', container_path: 'deep/data', host_path: host } as const];
  await provide({ volumes }, sandbox);
  expect(readFileSync(join(sandbox, 'deep/data/file'), 'utf8')).toBe('content');
});

test('a host path that the process sees anyway needs nothing', async () => {
  const volumes = [{ mode: 'RO', container_path: '/etc/hosts', host_path: '/etc/hosts' } as const];
  await provide({ volumes, network_infos: [{ ip_addresses: [{}] }] }, folder());
});

test.each([
  [{ network_infos: [{ name: 'mesos-bridge' }] }, /^Unknown network 'mesos-bridge'/],
  [{ volumes: [{ mode: 'RW', container_path: '/data', host_path: '/tmp' }] }, /cannot be mounted over/],
  [{ volumes: [{ mode: 'RO', container_path: 'data', host_path: '/tmp' }] }, /cannot be made read-only/],
  [{ volumes: [{ mode: 'RW', container_path: '../data', host_path: '/tmp' }] }, /leads out of the sandbox/],
  [{ volumes: [{ mode: 'RO', container_path: 'data', source: { type: 'SECRET' } }] }, /cannot mount/],
  [{ linux_info: { seccomp: { profile_name: 'strict' } } }, /need namespaces/],
] as const)('%j is refused with the reason', async (members, reason) => {
  await expect(provide(members as Partial<ContainerInfo>, folder())).rejects.toThrow(reason);
});
