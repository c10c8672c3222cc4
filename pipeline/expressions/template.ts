import { ExpressionError } from './expression-error.js';
import { elementAt } from './lexical-elements.js';

/** An expression within a string. */
export interface EmbeddedExpression {
  /** Without `${{ }}`. */
  readonly source: string;
  /** Offset of the source in the string. */
  readonly offset: number;
}

/**
 * A part of a string: an expression `${{ … }}`, or plain text. In plain text `$${{` means the characters `${{`.
 */
export type TemplatePart = string | EmbeddedExpression;

const OPEN = '${{';

/** @throws ExpressionError if an expression is not closed; its range refers to the whole string */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf(OPEN, at);
    if (open < 0) break;
    if (open > at && text[open - 1] === '$') {
      plain += text.slice(at, open - 1) + OPEN;
      at = open + OPEN.length;
      continue;
    }
    const offset = open + OPEN.length;
    const close = endOfExpression(text, offset);
    if (close === undefined)
      throw new ExpressionError('${{ is never closed by }}; write $${{ for the characters', text, {
        start: open,
        end: text.length,
      });
    plain += text.slice(at, open);
    if (plain !== '') parts.push(plain);
    plain = '';
    parts.push(trimmed(text.slice(offset, close), offset));
    at = close + 2;
  }
  plain += text.slice(at);
  if (plain !== '') parts.push(plain);
  return parts;
}

const trimmed = (source: string, offset: number): EmbeddedExpression => ({
  source: source.trim(),
  offset: offset + source.length - source.trimStart().length,
});

/** The expression of a string that is one expression with optional spaces around; undefined for any other string. */
export function wholeExpression(text: string): EmbeddedExpression | undefined {
  const [first, ...others] = parseTemplate(text).filter(
    (part) => typeof part !== 'string' || part.trim() !== '',
  );
  return others.length === 0 && typeof first === 'object' ? first : undefined;
}

/**
 * Offset of the `}}` that ends the expression. A `}}` in a string, in a comment, or at the end of two maps does not.
 */
function endOfExpression(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at = elementAt(text, at).end) {
    const character = text[at];
    if (character === '{') depth += 1;
    if (character === '}' && depth === 0) return text[at + 1] === '}' ? at : undefined;
    if (character === '}') depth -= 1;
  }
  return undefined;
}
