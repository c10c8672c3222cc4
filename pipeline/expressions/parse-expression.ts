import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { applyCelRules, registerCelRules, withoutSuffix } from './cel-rules.js';
import { ExpressionError, wholeOf, type ExpressionProblem } from './expression-error.js';
import { analyze, type Analysis } from './analyze.js';
import { elementAt } from './lexical-elements.js';

/** Longest expression, in characters. */
const MAX_SOURCE = 2_000;

/** Limits of the syntax tree of one expression. They bound the recursion of all code that walks it. */
const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 32,
  maxListElements: 200,
  maxMapEntries: 200,
  maxCallArguments: 8,
} as const;

const MIXED = {
  '+': (one: number, other: number) => one + other,
  '-': (one: number, other: number) => one - other,
  '*': (one: number, other: number) => one * other,
  '/': (one: number, other: number) => one / other,
} as const;

/** CEL with our limits, and with arithmetic between integers and fractions, which JSON does not distinguish. */
export function createEnvironment(): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: false,
    homogeneousAggregateLiterals: false,
    limits: LIMITS,
  });
  for (const [sign, handler] of Object.entries(MIXED)) {
    const mixed = (one: unknown, other: unknown): number => handler(Number(one), Number(other));
    environment.registerOperator(`double ${sign} int`, mixed);
    environment.registerOperator(`int ${sign} double`, mixed);
  }
  registerCelRules(environment);
  return environment;
}

interface ParsedExpression {
  readonly parsed: ParseResult;
  readonly analysis: Analysis;
}

/** @throws ExpressionError when it is too long or is no expression */
export function parseExpression(environment: Environment, source: string): ParsedExpression {
  if (source.length > MAX_SOURCE) {
    const message = `has ${source.length} characters, at most ${MAX_SOURCE}`;
    throw new ExpressionError(message, source, { start: 0, end: 0 });
  }
  if (source.trim() === '') {
    throw new ExpressionError('is empty', source, wholeOf(source));
  }
  try {
    const plain = withoutRawStrings(source);
    const parsed = environment.parse(plain.source);
    const analysis = analyze(parsed.ast);
    putRawStrings(analysis.nodes, plain.contents);
    applyCelRules(analysis.nodes);
    return { parsed, analysis };
  } catch (error) {
    const { message, range } = toExpressionProblem(error, source);
    throw new ExpressionError(message, source, range);
  }
}

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Exceeded maxDepth.*/, `is nested deeper than ${LIMITS.maxDepth}`],
  [/^Exceeded maxAstNodes.*/, `has more than ${LIMITS.maxAstNodes} terms`],
  [/^Exceeded max(ListElements|MapEntries).*/, `has more than ${LIMITS.maxListElements} members`],
  [/^Exceeded maxCallArguments.*/, `has more than ${LIMITS.maxCallArguments} arguments`],
  [/^Unexpected token: EOF$|^Expected \w+, got EOF$/, 'ends too early'],
  [/^no such overload: /, 'types do not fit: '],
  [/^found no matching overload for '(.*)'$/, 'types do not fit: $1'],
  [/\bdyn<(\w+)>/g, '$1'],
  [/\$(\w+)(\.[\w-]+)*/g, '$1'],
];

/** A problem from an error of the library: its message in our words, without the excerpt of the source. */
export function toExpressionProblem(error: unknown, source: string): ExpressionProblem {
  if (error instanceof ExpressionError) return { message: error.message, range: error.range };
  const { summary, range } = error as { summary?: unknown; range?: Partial<ASTNode['range']> };
  const raw =
    typeof summary === 'string' ? summary : error instanceof Error ? error.message : 'failed';
  const plain = withoutSuffix(raw);
  const message = WORDS.reduce((text, [pattern, words]) => text.replace(pattern, words), plain);
  const start = clamp(range?.start ?? 0, source);
  const word = /^(in|true|false|null)\b/.exec(source.slice(start))?.[1];
  if (raw.startsWith('Expected IDENTIFIER') && word !== undefined)
    return {
      message: `${word} is a word of CEL itself: write ["${word}"], not .${word}`,
      range: { start, end: start + word.length },
    };
  return {
    message: message.length > 300 ? `${message.slice(0, 299)}…` : message,
    range: { start, end: Math.max(start, clamp(range?.end ?? source.length, source)) },
  };
}

const clamp = (offset: number, source: string): number =>
  Math.min(Math.max(offset, 0), source.length);

/** An expression without raw strings, of unchanged length, and their contents by the offset of their quotes. */
interface WithoutRawStrings {
  readonly source: string;
  readonly contents: ReadonlyMap<number, string>;
}

/**
 * Replaces raw strings by plain strings of equal length. The reason: in `r"C:\"` the library reads the backslash as an
 * escape of the quote, unlike CEL.
 */
function withoutRawStrings(source: string): WithoutRawStrings {
  const contents = new Map<number, string>();
  let changed = '';
  for (let at = 0; at < source.length;) {
    const { start, end, raw } = elementAt(source, at);
    const text = source.slice(start, end);
    const isClosed = raw !== undefined && raw.end < source.length;
    if (isClosed && !/b/i.test(text.slice(0, 2)) && isWithinLines(source, start, raw)) {
      const content = source.slice(raw.start, raw.end);
      contents.set(start + 1, content);
      changed += ` ${text.slice(1, raw.start - start)}${content.replaceAll(/[^\r\n]/g, 'x')}${source.slice(raw.end, end)}`;
    } else changed += text;
    at = end;
  }
  return { source: changed, contents };
}

/** Only a string in triple quotes may contain a line break. */
const isWithinLines = (
  source: string,
  start: number,
  raw: { start: number; end: number },
): boolean => raw.start - start > 3 || !/[\r\n]/.test(source.slice(raw.start, raw.end));

/** Gives the nodes of raw strings their contents. */
function putRawStrings(nodes: readonly ASTNode[], contents: WithoutRawStrings['contents']): void {
  if (contents.size === 0) return;
  for (const node of nodes) {
    const content = node.op === 'value' ? contents.get(node.start) : undefined;
    if (content !== undefined) (node as { args: unknown }).args = content;
  }
}
