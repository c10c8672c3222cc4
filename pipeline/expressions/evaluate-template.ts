import type { ParameterValue, Template } from '../../contract/pipeline.js';
import { evaluate } from './evaluate.js';
import { ExpressionError, wholeOf } from './expression-error.js';
import type { ExpressionValues } from './scope.js';
import { parseTemplate, wholeExpression, type EmbeddedExpression } from './template.js';

/**
 * A template with its expressions replaced by their values. A string that is one expression keeps the type of its
 * value. An expression within a string becomes part of it; lists, objects and null cannot.
 *
 * @throws ExpressionError and nothing else
 */
export function evaluateTemplate(template: Template, values: ExpressionValues): unknown {
  if (typeof template === 'string') return evaluateScalar(template, values);
  if (isList(template)) return template.map((item) => evaluateTemplate(item, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [name, evaluateTemplate(value, values)]),
  );
}

const isList = (template: Template): template is readonly Template[] => Array.isArray(template);

function evaluateScalar(text: string, values: ExpressionValues): unknown {
  const whole = wholeExpression(text);
  if (whole !== undefined) return evaluate(whole.source, values);
  return parseTemplate(text)
    .map((part) => (typeof part === 'string' ? part : textOf(part, values)))
    .join('');
}

function textOf({ source }: EmbeddedExpression, values: ExpressionValues): string {
  const value = evaluate(source, values);
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw failure(source, `gives ${nameOf(value)}, which cannot be part of a string`);
}

/** A template whose value must be a string, e.g. a parameter of a job. @throws ExpressionError */
export function evaluateText(template: Template, values: ExpressionValues): string {
  const value = evaluateTemplate(template, values);
  if (typeof value === 'string') return value;
  throw failure(template, `gives ${nameOf(value)}, not a string; use string(…)`);
}

/** The value of `when`, without `${{ }}`. @throws ExpressionError */
export function evaluateCondition(source: string, values: ExpressionValues): boolean {
  const value = evaluate(source, values);
  if (typeof value === 'boolean') return value;
  throw failure(source, `gives ${nameOf(value)}, not true or false`);
}

/** The items of `forEach`, without `${{ }}`. @throws ExpressionError */
export function evaluateList(source: string, values: ExpressionValues): readonly ParameterValue[] {
  const value = evaluate(source, values);
  if (!Array.isArray(value)) throw failure(source, `gives ${nameOf(value)}, not a list`);
  const wrong = value.findIndex((item) => !isParameterValue(item));
  if (wrong < 0) return value as ParameterValue[];
  const message = `item ${wrong} is ${nameOf(value[wrong])}, not a string, number, boolean or list`;
  throw failure(source, message);
}

const isParameterValue = (value: unknown): value is ParameterValue =>
  ['string', 'number', 'boolean'].includes(typeof value) ||
  (Array.isArray(value) && value.every(isParameterValue));

function failure(template: Template, message: string): ExpressionError {
  const source = typeof template === 'string' ? template : JSON.stringify(template);
  return new ExpressionError(message, source, wholeOf(source));
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  const names: Readonly<Record<string, string>> = { string: 'a string', object: 'an object' };
  return names[typeof value] ?? `the ${typeof value} ${JSON.stringify(value)}`;
}
