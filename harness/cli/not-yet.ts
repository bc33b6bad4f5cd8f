/** Commands that ARCHITECTURE.md promises and later issues bring. */
export const notYet: readonly string[] = [];
