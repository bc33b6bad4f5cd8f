/** Commands that ARCHITECTURE.md promises and later issues bring. */
export const notYet = ['doctor'] as const;
