import {
  checkEnvironments,
  createChecker,
  type CheckedExpression,
  type ResultType,
} from '../expressions/check-expression.js';
import { ExpressionError } from '../expressions/expression-error.js';
import type { ExpressionScope } from '../expressions/scope.js';
import { parseTemplate, type TemplatePart, wholeExpression } from '../expressions/template.js';
import { MAX_PROBLEMS } from './check-graph.js';
import type { SpecPath, SpecProblem } from './problem.js';
import type { Sliced } from './sliced.js';
import type { TemplatePlace } from './step-templates.js';

const NAMES: Readonly<Record<ResultType, string>> = {
  text: 'a string',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
  null: 'null',
  any: 'anything',
};

/**
 * A checker for the templates of one step. `hasItems`: whether the step has `forEach`, so that `item` and `index`
 * exist.
 */
export function createTemplateChecker(
  scope: Omit<ExpressionScope, 'inForEach'>,
  hasItems: boolean,
  environments = checkEnvironments(scope.parameters),
): (place: TemplatePlace) => Sliced<readonly SpecProblem[]> {
  const before = createChecker({ ...scope, inForEach: false }, environments);
  const during = hasItems ? createChecker({ ...scope, inForEach: true }, environments) : before;
  return ({ path, value, expected = 'any', beforeItems = false }) =>
    checkValue(value, path, expected, beforeItems ? before : during);
}

type Check = (source: string) => CheckedExpression;

/** One slice for each string with an expression; ends at the maximum number of problems. */
function* checkValue(
  value: unknown,
  path: SpecPath,
  expected: ResultType,
  check: Check,
): Sliced<readonly SpecProblem[]> {
  if (typeof value === 'string') {
    if (value.includes('${{')) yield;
    return checkText(value, path, expected, check);
  }
  if (typeof value !== 'object' || value === null) return [];
  const problems: SpecProblem[] = [];
  for (const [name, inner] of Object.entries(value) as [string, unknown][]) {
    if (problems.length >= MAX_PROBLEMS) break;
    const at = [...path, Array.isArray(value) ? Number(name) : name];
    problems.push(...(yield* checkValue(inner, at, 'any', check)));
  }
  return problems;
}

function checkText(
  text: string,
  path: SpecPath,
  expected: ResultType,
  check: Check,
): readonly SpecProblem[] {
  try {
    const whole = wholeExpression(text);
    const parts = parseTemplate(text);
    const split = whole === undefined ? problemOfParts(parts, text, path, expected) : undefined;
    if (split !== undefined) return [split];
    return parts.flatMap((part) => {
      if (typeof part === 'string') return [];
      const { problems, type } = check(part.source);
      const mismatch =
        whole === undefined ? problemOfEmbedded(type) : problemOfWhole(type, expected);
      const found = problems.length === 0 && mismatch !== undefined;
      return [
        ...problems.map(({ message, range }) => ({ path, message, at: part.offset + range.start })),
        ...(found ? [{ path, message: mismatch, at: part.offset }] : []),
      ];
    });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return [{ path, message: error.message, at: error.range.start }];
  }
}

/** A typed value must be one expression: two of them, or one among other characters, give a string. */
function problemOfParts(
  parts: readonly TemplatePart[],
  text: string,
  path: SpecPath,
  expected: ResultType,
): SpecProblem | undefined {
  if (expected === 'any' || expected === 'text') return undefined;
  const expressions = parts.filter((part) => typeof part !== 'string');
  if (expressions.length === 0) return undefined;
  const [, second] = expressions;
  const at = second === undefined ? 0 : text.lastIndexOf('${{', second.offset);
  const message = `must be one expression that gives ${NAMES[expected]}: put all of it inside one \${{ }}`;
  return { path, message, at };
}

function problemOfEmbedded(type: ResultType): string | undefined {
  return type === 'list' || type === 'object' || type === 'null'
    ? `gives ${NAMES[type]}, which cannot be part of a string`
    : undefined;
}

function problemOfWhole(type: ResultType, expected: ResultType): string | undefined {
  if (type === 'any' || expected === 'any' || type === expected) return undefined;
  const remedy = expected === 'text' && type !== 'object' ? '; use string(…)' : '';
  return `gives ${NAMES[type]}, not ${NAMES[expected]}${type === 'list' && expected === 'text' ? '; use join()' : remedy}`;
}
