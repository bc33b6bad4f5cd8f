import { Resources } from '../allocator/resources.ts';
import type { Resource } from '../v1.ts';
import { idProblem } from './id-validation.ts';
import { roleProblem } from './roles.ts';

/** Says what is wrong with a list of resources, in Mesos' words, or null. */
export function resourcesProblem(resources: readonly Resource[]): string | null {
  for (const resource of resources) {
    const problem = resourceProblem(resource);
    if (problem !== null) return `Invalid resources: ${problem}`;
  }
  const gpus = resources.filter(({ name }) => name === 'gpus');
  if (gpus.some(({ scalar }) => !Number.isInteger(scalar?.value ?? 0))) {
    return "Invalid 'gpus' resource: The 'gpus' resource must be an unsigned integer";
  }
  for (const resource of resources) {
    const problem = diskProblem(resource);
    if (problem !== null) return `Invalid DiskInfo: ${problem}`;
  }
  return null;
}

function resourceProblem(resource: Resource): string | null {
  if (resource.name === '') return 'Empty resource name';
  return valueProblem(resource) ?? reservationProblem(resource) ?? sharedProblem(resource);
}

function valueProblem({ type, scalar, ranges, set }: Resource): string | null {
  switch (type) {
    case 'SCALAR':
      if (scalar === undefined || ranges !== undefined || set !== undefined) return 'Invalid scalar resource';
      return scalar.value < 0 ? 'Invalid scalar resource: value <= 0' : null;
    case 'RANGES':
      if (ranges === undefined || scalar !== undefined || set !== undefined) return 'Invalid ranges resource';
      return rangesProblem(ranges.range);
    case 'SET':
      if (set === undefined || scalar !== undefined || ranges !== undefined) return 'Invalid set resource';
      return new Set(set.item).size < set.item.length ? 'Invalid set resource: duplicated elements' : null;
    default:
      return 'Unsupported resource type';
  }
}

function rangesProblem(ranges: readonly { readonly begin: number; readonly end: number }[]): string | null {
  if (ranges.some(({ begin, end }) => begin > end)) return 'Invalid ranges resource: begin > end';
  const sorted = [...ranges].sort((a, b) => a.begin - b.begin);
  const overlap = sorted.some(({ begin }, index) => index > 0 && begin <= (sorted[index - 1]?.end ?? -1));
  return overlap ? 'Invalid ranges resource: overlapping ranges' : null;
}

function reservationProblem({ role, reservation, reservations }: Resource): string | null {
  if (reservations === undefined || reservations.length === 0) {
    const problem = roleProblem(role ?? '*');
    if (problem !== null) return problem;
    if (reservation !== undefined && (role === undefined || role === '*')) {
      return 'Invalid reservation: role "*" cannot be dynamically reserved';
    }
    return null;
  }
  let ancestor: string | null = null;
  for (const { type, role: reserved } of reservations) {
    if (type === undefined) return "Invalid reservation: 'Resource.ReservationInfo.type' field must be set.";
    if (reserved === undefined)
      return "Invalid reservation: 'Resource.ReservationInfo.role' field must be set.";
    const problem = roleProblem(reserved);
    if (problem !== null) return problem;
    if (reserved === '*') return 'Invalid reservation: role "*" cannot be reserved';
    if (ancestor !== null && type === 'STATIC') {
      return 'Invalid refined reservation: A refined reservation cannot be STATIC';
    }
    if (ancestor !== null && !reserved.startsWith(`${ancestor}/`)) {
      return `Invalid refined reservation: role '${reserved}' is not a refinement of '${ancestor}'`;
    }
    ancestor = reserved;
  }
  return null;
}

function sharedProblem({ name, shared, disk }: Resource): string | null {
  if (disk !== undefined && name !== 'disk') return `DiskInfo should not be set for ${name} resource`;
  if (shared === undefined) return null;
  if (name !== 'disk') return `Resource ${name} cannot be shared`;
  return disk?.persistence === undefined ? 'Only persistent volumes can be shared' : null;
}

function diskProblem({ disk, role, reservations, revocable }: Resource): string | null {
  if (disk === undefined) return null;
  if (disk.persistence === undefined) {
    if (disk.volume !== undefined) return 'Non-persistent volume not supported';
    return disk.source === undefined ? 'DiskInfo is set but empty' : null;
  }
  const problem = idProblem(disk.persistence.id);
  if (problem !== null) return `Persistence ID is invalid: ${problem}`;
  if (revocable !== undefined) return 'Persistent volumes cannot be created from revocable resources';
  if ((role ?? '*') === '*' && (reservations ?? []).length === 0) {
    return 'Persistent volumes cannot be created from unreserved resources';
  }
  return disk.volume === undefined ? "Expecting 'volume' to be set for persistent volume" : null;
}

/** True when two of the lists want the same port or the same member of a set. */
export function overlap(lists: readonly (readonly Resource[])[]): boolean {
  const seen = Resources.from(lists[0]);
  let together = seen;
  for (const list of lists.slice(1)) {
    const next = Resources.from(list);
    const exclusive = Resources.fromPiles([...next.piles].filter(({ amount }) => amount.type !== 'SCALAR'));
    const others = Resources.fromPiles([...together.piles].filter(({ amount }) => amount.type !== 'SCALAR'));
    if (!exclusive.minus(others).equals(exclusive)) return true;
    together = together.plus(next);
  }
  return false;
}

/** An ACCEPT may leave allocations out, but may not name another role than the offer's. */
export function allocationProblem(resources: readonly Resource[], role: string): string | null {
  const other = resources.find(({ allocation_info }) => (allocation_info?.role ?? role) !== role)
    ?.allocation_info?.role;
  if (other === undefined) return null;
  return (
    `The resources have multiple allocation roles ('${other}' and '${role}')` +
    ' but only one allocation role is allowed'
  );
}
