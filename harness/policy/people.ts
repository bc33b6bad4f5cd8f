import type { Roles } from '../model/index.ts';

/** Whether a name in the configuration and one in the ledger are the same person's: case says nothing in an address. */
export function isSamePerson(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function hasRole(roles: Roles, role: string, person: string): boolean {
  return (roles[role] ?? []).some((member) => isSamePerson(member, person));
}
