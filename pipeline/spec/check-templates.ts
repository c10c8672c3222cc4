import {
  checkEnvironments,
  createChecker,
  type CheckedExpression,
  type ResultType,
} from '../expressions/check-expression.js';
import { ExpressionError } from '../expressions/expression-error.js';
import type { ExpressionScope } from '../expressions/scope.js';
import { parseTemplate, wholeExpression } from '../expressions/template.js';
import type { SpecPath, SpecProblem } from './problem.js';
import type { TemplatePlace } from './step-templates.js';

const NAMES: Readonly<Record<ResultType, string>> = {
  text: 'a text',
  number: 'a number',
  boolean: 'true or false',
  list: 'a list',
  object: 'an object',
  null: 'null',
  any: 'anything',
};

/** Checks the templates of one step; makes a view of its names with items and one without. */
export function createTemplateChecker(
  scope: Omit<ExpressionScope, 'inForEach'>,
  hasItems: boolean,
  environments = checkEnvironments(scope.parameters),
): (place: TemplatePlace) => readonly SpecProblem[] {
  const before = createChecker({ ...scope, inForEach: false }, environments);
  const during = hasItems ? createChecker({ ...scope, inForEach: true }, environments) : before;
  return ({ path, value, expected = 'any', beforeItems = false }) =>
    checkValue(value, path, expected, beforeItems ? before : during);
}

type Check = (source: string) => CheckedExpression;

function checkValue(
  value: unknown,
  path: SpecPath,
  expected: ResultType,
  check: Check,
): readonly SpecProblem[] {
  if (typeof value === 'string') return checkText(value, path, expected, check);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    checkValue(inner, [...path, Array.isArray(value) ? Number(name) : name], 'any', check),
  );
}

function checkText(
  text: string,
  path: SpecPath,
  expected: ResultType,
  check: Check,
): readonly SpecProblem[] {
  try {
    const whole = wholeExpression(text);
    return parseTemplate(text).flatMap((part) => {
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

function problemOfEmbedded(type: ResultType): string | undefined {
  return type === 'list' || type === 'object' || type === 'null'
    ? `gives ${NAMES[type]}, which cannot stand inside a text`
    : undefined;
}

function problemOfWhole(type: ResultType, expected: ResultType): string | undefined {
  if (type === 'any' || expected === 'any' || type === expected) return undefined;
  const remedy = expected === 'text' && type !== 'object' ? '; use string(…)' : '';
  return `gives ${NAMES[type]}, not ${NAMES[expected]}${type === 'list' && expected === 'text' ? '; use join()' : remedy}`;
}
