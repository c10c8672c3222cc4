import { isRecord, pathText } from '../contract/validate.js';
import type { ScheduleForm } from './schedule-form.js';

/** Changes of one schedule that are told. */
const MAX_CHANGES = 30;
const MAX_VALUE_CHARACTERS = 80;

/** What differs between two forms of a schedule, a line each: `time zone: UTC → Asia/Seoul`. */
export function changesBetween(before: ScheduleForm, after: ScheduleForm): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changes = [...names].flatMap((name) =>
    name === 'input'
      ? inputChanges(before[name], after[name])
      : change(name, before[name], after[name]),
  );
  const more = changes.length - MAX_CHANGES;
  return more > 0 ? [...changes.slice(0, MAX_CHANGES), `and ${more} more`] : changes;
}

function change(name: string, before: unknown, after: unknown): readonly string[] {
  const [one, other] = [shown(before), shown(after)];
  return one === other ? [] : [`${name}: ${clipped(one)} → ${clipped(other)}`];
}

const shown = (value: unknown): string =>
  value === undefined ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

const clipped = (text: string): string =>
  text.length > MAX_VALUE_CHARACTERS ? `${text.slice(0, MAX_VALUE_CHARACTERS - 1)}…` : text;

/** Of the input the properties that differ, as `pipeline.steps.load.numWorker: 4 → 8`. */
function inputChanges(before: string | undefined, after: string | undefined): readonly string[] {
  const [one, other] = [before, after].map((text) =>
    text === undefined ? undefined : (JSON.parse(text) as readonly unknown[])[0],
  );
  return differences(one, other, []);
}

type Path = readonly (string | number)[];

function differences(before: unknown, after: unknown, path: Path): readonly string[] {
  if (!isRecord(before) || !isRecord(after))
    return change(path.length === 0 ? 'input' : pathText(path), before, after);
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) => differences(before[name], after[name], [...path, name]));
}
