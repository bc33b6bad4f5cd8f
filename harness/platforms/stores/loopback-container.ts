import { GenericContainer } from 'testcontainers';

/** A container whose ports are published on loopback only: what is not of this machine must not reach a store. */
export class LoopbackContainer extends GenericContainer {
  protected override async beforeContainerCreated(): Promise<void> {
    const bindings = this.hostConfig.PortBindings as Record<string, { HostIp?: string }[]> | undefined;
    for (const binding of Object.values(bindings ?? {}).flat()) binding.HostIp = '127.0.0.1';
  }
}
