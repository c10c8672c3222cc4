import type { TextProblem } from './yaml-limits.js';

/** Only at the beginning of a line: text in a value may have no-break spaces after its indentation. */
const NBSP = /^[\u00a0\u2007\u202f\u3000]/gmu;
/** An expression at the beginning of a value, without a quote before it. */
const UNQUOTED = /(?:[:,[{]|-)[ ]+(\$\{\{)/gu;

/**
 * A mistake for which the parser reports many other problems; undefined if there is none. `found`: problems of the
 * parser.
 */
export function problemOfWriting(
  text: string,
  found: readonly TextProblem[],
): TextProblem | undefined {
  NBSP.lastIndex = 0;
  const indent = NBSP.exec(text);
  if (indent !== null) {
    const offset = indent.index + indent[0].length - 1;
    return {
      offset,
      message: 'the line must be indented with spaces: it begins with a no-break space',
    };
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', Math.max(first.offset - 1, 0)) + 1;
  const newline = text.indexOf('\n', first.offset);
  UNQUOTED.lastIndex = lineStart;
  const open = UNQUOTED.exec(text.slice(0, newline < 0 ? undefined : newline));
  if (open === null) return undefined;
  const offset = open.index + open[0].length - (open[1]?.length ?? 0);
  return { offset, message: "an expression must be in quotes here: '${{ … }}'" };
}
