import { SPEC_LIMITS } from './plain-data.js';

/** A problem of a YAML text, and the offset at which it begins. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

/** Last column in which a block may begin. It limits the depth of nested blocks. */
const MAX_INDENT = 150;
const MAX_FLOW_DEPTH = 50;
const MAX_TOKENS = 100_000;
const MAX_ALIASES = 100;

/** Tokens of the lexer that are no text of the file. After SCALAR_FOLLOWS comes the text of a scalar. */
const MARKS: readonly string[] = ['\u0002', '\u0018', '\u001f'];
const SCALAR_FOLLOWS = '\u001f';

export function problemOfLength(text: string): TextProblem | undefined {
  if (text.length <= SPEC_LIMITS.characters) return undefined;
  const millions = (text.length / 1_000_000).toFixed(1);
  return { offset: 0, message: `has ${millions} million characters, at most 1 million` };
}

/**
 * Checks the tokens of a text, and refuses one that would block the composer of the parser. The composer is recursive:
 * some thousand levels overflow the stack, inside a regular expression even with the end of the process. It takes
 * quadratic time for anchors. The lexer has neither problem.
 */
export function createTokenCheck(): (token: string) => TextProblem | undefined {
  const counts = { offset: 0, column: 0, flow: 0, tokens: 0, aliases: 0 };
  let isScalar = false;
  return (token) => {
    const isMark: boolean = !isScalar && MARKS.includes(token);
    const message = isScalar || isMark ? undefined : problemOfToken(token, counts);
    if (message !== undefined) return { offset: counts.offset, message };
    if (!isMark) moveOn(token, counts);
    isScalar = isMark && token === SCALAR_FOLLOWS;
    return undefined;
  };
}

interface Counts {
  offset: number;
  column: number;
  flow: number;
  tokens: number;
  aliases: number;
}

function moveOn(token: string, counts: Counts): void {
  const newline = token.lastIndexOf('\n');
  counts.offset += token.length;
  counts.column = newline < 0 ? counts.column + token.length : token.length - newline - 1;
}

function problemOfToken(token: string, counts: Counts): string | undefined {
  counts.tokens += 1;
  if (counts.tokens > MAX_TOKENS) return 'has too many values for a pipeline';
  if (token === '[' || token === '{') counts.flow += 1;
  if (token === ']' || token === '}') counts.flow = Math.max(0, counts.flow - 1);
  if (token.startsWith('*') || token.startsWith('&')) counts.aliases += 1;
  if (counts.aliases > MAX_ALIASES) return `has more than ${MAX_ALIASES} anchors and aliases`;
  const isBlock = counts.flow === 0 && (token === '-' || token === '?');
  const indent = counts.flow === 0 && counts.column === 0 && /^ +$/.test(token) ? token.length : 0;
  const isDeep = (isBlock && counts.column > MAX_INDENT) || indent > MAX_INDENT;
  return isDeep || counts.flow > MAX_FLOW_DEPTH
    ? `is nested deeper than ${SPEC_LIMITS.depth}`
    : undefined;
}
