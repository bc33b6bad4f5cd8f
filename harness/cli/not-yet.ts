/** Commands that ARCHITECTURE.md promises and later issues bring. */
export const notYet = [
  'promote',
  'approve',
  'rollback',
  'can-i-promote',
  'contracts',
  'report',
  'doctor',
] as const;
