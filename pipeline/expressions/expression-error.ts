/** Part of a text: offsets of its first character and of the one after its last. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** One thing wrong with an expression, and where in its source. */
export interface ExpressionProblem {
  readonly message: string;
  readonly range: TextRange;
}

/**
 * An expression that cannot be read or gives no usable value. Plain data, whatever the library underneath threw: a
 * pipeline's step fails with it, never a workflow task.
 */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  /** The expression, without `${{ }}`; clipped. */
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
