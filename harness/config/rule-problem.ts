/** What a cross-field rule found; the file is the configuration file. */
export interface RuleProblem {
  readonly key: string;
  readonly wrong: string;
  readonly write: string;
}
