import type { TextProblem } from './yaml-limits.js';

/** At the very beginning: what is written over several lines is indented by spaces first. */
const NBSP = /^[\u00a0\u2007\u202f\u3000]/gmu;
/** The mark of an expression where a value begins, without a quote before it. */
const UNQUOTED = /(?:[:,[{]|-)[ ]+(\$\{\{)/gu;

/** What makes the parser tell of many places where there is one mistake; undefined: none of those. */
export function problemOfWriting(
  text: string,
  found: readonly TextProblem[],
): TextProblem | undefined {
  NBSP.lastIndex = 0;
  const indent = NBSP.exec(text);
  if (indent !== null) {
    const offset = indent.index + indent[0].length - 1;
    return { offset, message: 'a no-break space stands where the line begins: indent with spaces' };
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', Math.max(first.offset - 1, 0)) + 1;
  const newline = text.indexOf('\n', first.offset);
  UNQUOTED.lastIndex = lineStart;
  const open = UNQUOTED.exec(text.slice(0, newline < 0 ? undefined : newline));
  if (open === null) return undefined;
  const offset = open.index + open[0].length - (open[1]?.length ?? 0);
  return { offset, message: "an expression must stand in quotes here: '${{ … }}'" };
}
