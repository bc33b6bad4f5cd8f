import type { CommandInfo, ContainerInfo } from '../v1.ts';
import { environmentProblem } from './check-validation.ts';

export function commandProblem(command: CommandInfo | undefined): string | null {
  return command?.environment === undefined ? null : environmentProblem(command.environment);
}

export function containerProblem(container: ContainerInfo | undefined): string | null {
  if (container === undefined) return null;
  for (const volume of container.volumes ?? []) {
    const given = [volume.host_path, volume.source, volume.image].filter((member) => member !== undefined);
    if (given.length !== 1) {
      return "Invalid volume: Only one of them should be set: 'host_path', 'image' and 'source'";
    }
  }
  if (container.type !== 'DOCKER') return null;
  if (container.docker === undefined) return "DockerInfo 'docker' is not set for DOCKER typed ContainerInfo";
  const named = container.docker.parameters?.some(({ key }) => key === 'name') ?? false;
  return named ? "Parameter in DockerInfo must not be 'name'" : null;
}
