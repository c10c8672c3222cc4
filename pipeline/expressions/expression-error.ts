/** Part of a string: offset of its first character, and of the character after its last. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** A problem of an expression, and its place in the source. */
export interface ExpressionProblem {
  readonly message: string;
  readonly range: TextRange;
}

/**
 * An expression that cannot be read, or whose value cannot be used. It replaces whatever the library threw, so that the
 * step of the pipeline fails and not the workflow task.
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** The expression without `${{ }}`, at most 200 characters. */
  readonly source: string;
  /** Where in the source. */
  readonly range: TextRange;

  constructor(message: string, source: string, range: TextRange) {
    super(message);
    this.source = source.length > 200 ? `${source.slice(0, 199)}…` : source;
    this.range = range;
  }
}

export const wholeOf = (source: string): TextRange => ({ start: 0, end: source.length });
