import { cleanText } from '../../../client/clean-text.js';
import { durationText } from '../../../contract/durations.js';
import { wrappedBeside } from '../../view/text-width.js';
import type { PlanView, PlannedStepView } from './plan-view.js';

const MAX_TEXT = 240;

/** A plan as text: what runs when and how, and how long it takes. `width`: columns of the terminal. */
export function planText(view: PlanView, width = Infinity): string {
  return [
    headLines(view, width),
    ...view.levels.map((ids, level) => [
      `level ${level + 1}`,
      ...ids.flatMap((id) => stepLines(id, view.steps[id] as PlannedStepView, width)),
    ]),
    ['expected', ...indented(expectedLines(view, width - 2))],
    ...finallyLines(view, width),
    ...withinLines(view, width),
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headLines(view: PlanView, width: number): readonly string[] {
  const given = Object.entries(view.parameters).map(
    ([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const missing = view.missing.map((name) => `${name} = ? (set it: -p ${name}=…)`);
  return [
    `pipeline ${view.pipeline}`,
    ...indented(
      rowsText(
        [
          ...[...given, ...missing].map((text, index) => [index === 0 ? 'parameters' : '', text]),
          ['runTimeout', view.runTimeout],
          ['concurrency', `${view.concurrency} items at once`],
          ['onFailure', view.onFailure],
        ],
        width - 2,
      ),
    ),
  ];
}

function stepLines(id: string, step: PlannedStepView, width: number): readonly string[] {
  const needs = step.needs.length === 0 ? [] : [['needs', step.needs.join(', ')]];
  const rows = [...needs, ...Object.entries(step.options), ['expected', step.expected.note]];
  return indented([
    ...wrappedBeside(`${id}: `, `${step.runs}${repeatText(step)}`, width - 2),
    ...indented(rowsText(rows, width - 4)),
  ]);
}

function repeatText({ forEach, items }: PlannedStepView): string {
  if (forEach === undefined) return '';
  const list = typeof forEach === 'string' ? forEach : JSON.stringify(forEach);
  return items === undefined ? `, for each of ${list}` : `, for each of ${list}: ${items} items`;
}

function expectedLines({ expected, steps }: PlanView, width: number): readonly string[] {
  const { ms, criticalPath, unknown } = expected;
  const path = criticalPath.map((id) => {
    const time = steps[id]?.expected.ms;
    return `${id} (${time === undefined ? '?' : lengthText(time)})`;
  });
  const rest = unknown.length === 0 ? '' : `the time of ${unknown.join(', ')}`;
  const parts = [ms === 0 && rest !== '' ? '' : lengthText(ms), rest];
  return rowsText(
    [
      ['duration', parts.filter((part) => part !== '').join(', and ')],
      ['critical path', path.join(' → ')],
    ],
    width,
  );
}

const lengthText = (ms: number): string => (ms === 0 ? '0s' : durationText(ms));

/** Steps after every end, without levels: they are few. */
const finallyLines = (
  { finally: last }: PlanView,
  width: number,
): readonly (readonly string[])[] =>
  last === undefined
    ? []
    : [
        [
          `finally, after every end, within ${last.runTimeout}`,
          ...last.levels.flatMap((ids) =>
            ids.flatMap((id) => stepLines(id, last.steps[id] as PlannedStepView, width)),
          ),
        ],
      ];

const withinLines = ({ steps }: PlanView, width: number): readonly (readonly string[])[] =>
  Object.entries(steps).flatMap(([id, { pipeline }]) =>
    pipeline === undefined
      ? []
      : [[`within step ${id}:`, ...indented(planText(pipeline, width - 2).split('\n'))]],
  );

function rowsText(rows: readonly (readonly string[])[], width: number): readonly string[] {
  const nameWidth = rows.reduce((most, [name = '']) => Math.max(most, name.length), 0);
  return rows
    .flatMap(([name = '', text = '']) =>
      wrappedBeside(`${name.padEnd(nameWidth)}  `, cleanText(text, [], MAX_TEXT), width),
    )
    .map((line) => line.trimEnd());
}

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === '' ? '' : `  ${line}`));
