/** Commands that ARCHITECTURE.md promises and later issues bring. */
export const notYet = ['report', 'doctor'] as const;
