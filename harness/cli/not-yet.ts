/** Commands that ARCHITECTURE.md promises and later issues bring. */
export const notYet = ['promote', 'approve', 'rollback', 'can-i-promote', 'report', 'doctor'] as const;
