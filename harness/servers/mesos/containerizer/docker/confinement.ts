import type { Draft } from './parameters.ts';

/** A fork bomb ends here, as in a process's control group. */
const mostProcesses = 4096;

/**
 * Takes from a container what its definition does not ask for: capabilities, and ways to regain any. The parameters
 * `privileged`, `cap-drop`, `security-opt no-new-privileges=…` and `pids-limit` have the last word; `cap-add` gives back
 * what it names.
 */
export function confine({ host }: Draft): void {
  host.PidsLimit ??= mostProcesses;
  if (host.Privileged === true) return;
  host.CapDrop ??= ['ALL'];
  const options = host.SecurityOpt ?? [];
  if (!options.some((option: string) => option.startsWith('no-new-privileges'))) {
    host.SecurityOpt = [...options, 'no-new-privileges'];
  }
}
