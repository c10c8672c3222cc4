import { cleanText } from '../../../client/clean-text.js';
import { durationText } from '../../../contract/durations.js';
import type { PlanView, PlannedStepView } from './plan-view.js';

const WIDEST = 240;

/** A plan for a reader: what runs when and how, and how long it takes. */
export function planText(view: PlanView): string {
  return [
    headLines(view),
    ...view.levels.map((ids, level) => [
      `level ${level + 1}`,
      ...ids.flatMap((id) => stepLines(id, view.steps[id] as PlannedStepView)),
    ]),
    ['expected', ...indented(expectedLines(view))],
    ...withinLines(view),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headLines(view: PlanView): readonly string[] {
  const given = Object.entries(view.parameters).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const missing = view.missing.map((name) => `${name} = ? (set it: -p ${name}=…)`);
  return [
    `pipeline ${view.pipeline}`,
    ...indented(
      rowsText([
        ...[...given, ...missing].map((text, index) => [index === 0 ? 'parameters' : '', text]),
        ['runTimeout', view.runTimeout],
        ['concurrency', `${view.concurrency} items at once`],
        ['onFailure', view.onFailure],
      ]),
    ),
  ];
}

function stepLines(id: string, step: PlannedStepView): readonly string[] {
  const needs = step.needs.length === 0 ? [] : [['needs', step.needs.join(', ')]];
  return indented([
    `${id}: ${step.runs}${repeatText(step)}`,
    ...indented(
      rowsText([...needs, ...Object.entries(step.options), ['expected', step.expected.note]]),
    ),
  ]);
}

function repeatText({ forEach, items }: PlannedStepView): string {
  if (forEach === undefined) return '';
  const list = typeof forEach === 'string' ? forEach : JSON.stringify(forEach);
  return items === undefined ? `, for each of ${list}` : `, for each of ${list}: ${items} items`;
}

function expectedLines({ expected, steps }: PlanView): readonly string[] {
  const { ms, criticalPath, unknown } = expected;
  const path = criticalPath.map((id) => {
    const time = steps[id]?.expected.ms;
    return `${id} (${time === undefined ? '?' : lengthText(time)})`;
  });
  const rest = unknown.length === 0 ? '' : `the time of ${unknown.join(', ')}`;
  const parts = [ms === 0 && rest !== '' ? '' : lengthText(ms), rest];
  return rowsText([
    ['duration', parts.filter((part) => part !== '').join(', and ')],
    ['critical path', path.join(' → ')],
  ]);
}

const lengthText = (ms: number): string => (ms === 0 ? '0s' : durationText(ms));

const withinLines = ({ steps }: PlanView): readonly (readonly string[])[] =>
  Object.entries(steps).flatMap(([id, { pipeline }]) =>
    pipeline === undefined
      ? []
      : [[`within step ${id}:`, ...indented(planText(pipeline).split('\n'))]],
  );

function rowsText(rows: readonly (readonly string[])[]): readonly string[] {
  const width = rows.reduce((most, [name = '']) => Math.max(most, name.length), 0);
  return rows.map(([name = '', text = '']) => `${name.padEnd(width)}  ${clean(text)}`.trimEnd());
}

const clean = (text: string): string => cleanText(text, [], WIDEST);

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `  ${line}`));
