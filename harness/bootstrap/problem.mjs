/** Something about this machine stops the set-up. `main` prints it without a stack and ends with exit code 3. */
export class SetupProblem extends Error {
  name = 'SetupProblem';

  /**
   * @param {string} message what happened, and where
   * @param {string} hint what to do next
   */
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Runs a command of this folder and ends the process with the code it resolves to.
 * @param {() => Promise<number>} command
 */
export async function main(command) {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (!(error instanceof SetupProblem)) throw error;
    console.error(`stagegate: ${error.message}\n  ${error.hint}`);
    process.exitCode = 3;
  }
}
