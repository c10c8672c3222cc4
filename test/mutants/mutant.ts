/** A one-line break of a rule, and the test that must fail. */
export interface Mutant {
  /** The rule that is broken, in words. */
  readonly breaks: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what it becomes. */
  readonly from: string;
  readonly to: string;
  /** Test file, and the beginning of the title (without `describe`) of a test in it that must fail. */
  readonly killer: readonly [file: string, title: string];
}
