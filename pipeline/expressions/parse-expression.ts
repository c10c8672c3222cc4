import { Environment, type ASTNode, type ParseResult } from '@marcbachmann/cel-js';
import { applyCelRules, registerCelRules, withoutSuffix } from './cel-rules.js';
import { ExpressionError, wholeOf, type ExpressionProblem } from './expression-error.js';
import { putRawStrings, withoutRawStrings } from './raw-strings.js';
import { analyze, type Analysis } from './analyze.js';

/** Longest expression, in characters. */
export const MAX_SOURCE = 2_000;

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

export interface ParsedExpression {
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
