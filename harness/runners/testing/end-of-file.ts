type Undo = () => Promise<unknown>;

/** One list per test file: every file has its worker to itself, so a module is the right place for it. */
const undos: Undo[] = [];

/** Has `undo` run when the current test file ends, whatever its tests did; latest first. */
export function atEndOfFile(undo: Undo): void {
  undos.push(undo);
}

/** Runs every registered undo, even when some fail, and then says what failed. */
export async function endFile(): Promise<void> {
  const failures: unknown[] = [];
  for (const undo of undos.splice(0).reverse()) await undo().catch((error) => failures.push(error));
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'Several things could not be put away.');
}
