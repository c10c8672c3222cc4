import { own } from '../../contract/own.js';
import { cleanText } from '../../client/clean-text.js';
import type { ItemProgress, PipelineProgress, StepProgress } from '../../contract/pipeline-run.js';
import type { StepStatus } from '../../contract/pipeline.js';
import { itemName } from '../../pipeline/planner/item-name.js';
import type { Entry, EntryState, ItemEntry, Section } from './entry.js';
import type { LiveLine } from './live-view.js';

const MAX_NOTE = 240;
/** Most needs of a waiting step, and most failed items, that are named in a line. */
const MAX_NAMED = 3;

const STATES: Readonly<Record<StepStatus, EntryState>> = {
  pending: 'waiting',
  running: 'running',
  succeeded: 'done',
  failed: 'failed',
  canceled: 'canceled',
  skipped: 'skipped',
};

export type Needs = Readonly<Record<string, readonly string[]>>;

/** The steps of a pipeline as a tree: each is below the first step that it needs. */
export function pipelineSection(progress: PipelineProgress, needs: Needs = {}): Section {
  const { pipeline, phase, steps } = progress;
  const entries = graphRows(Object.keys(steps), needs).flatMap(({ id, depth }): Entry[] => {
    const step = steps[id];
    return step === undefined
      ? []
      : [entryOf(id, depth, step, unended(own(needs, id) ?? [], steps))];
  });
  return { title: `pipeline ${pipeline}  ${phase}`, noun: 'step', entries };
}

/** A pipeline as lines of text. The line of a step that has not begun is empty. */
export function pipelineLines({ key, pipeline, phase, steps }: PipelineProgress): LiveLine[] {
  return [
    { key, text: `pipeline ${pipeline}  ${phase}` },
    ...Object.entries(steps).flatMap(([id, step]): readonly LiveLine[] => [
      {
        key: `${key} ${id}`,
        text: step.status === 'pending' ? '' : lineOf(id, step),
      },
      ...failedItems(step).map((item) => ({
        key: `${key} ${id} ${item.index}`,
        text: `${id} ${itemText(item)}  failed: ${noteText(item.reason)}`,
      })),
    ]),
  ];
}

interface NamedItem {
  readonly value?: ItemProgress['value'] | undefined;
  readonly index: number;
}

function lineOf(id: string, step: StepProgress): string {
  const { facts, why } = textsOf(step);
  const text = [id, step.status, facts].filter(Boolean).join('  ');
  return why === '' ? text : `${text}: ${why}`;
}

/** Name of an item of `forEach`: its value where that is short. */
export const itemText = ({ value, index }: NamedItem): string =>
  cleanText(itemName(value, index), [], MAX_NOTE);

const noteText = (text: string | undefined): string =>
  text === undefined ? '' : cleanText(text, [], MAX_NOTE);

function entryOf(
  name: string,
  depth: number,
  step: StepProgress,
  missing: readonly string[],
): Entry {
  const { status, startedAt, endedAt } = step;
  const isPending = status === 'pending';
  const after = missing.length === 0 ? '' : `after ${named(missing)}`;
  const { facts, why } = textsOf(step);
  const isRunning = status === 'running';
  return {
    ...{ name, depth, state: STATES[status], status: isPending ? 'waiting' : status },
    detail: isPending ? after : isRunning ? [facts, why].filter(Boolean).join(': ') : facts,
    ...(!isPending && !isRunning && why !== '' && { reason: why.replace(FAILURE_TYPE, '') }),
    ...(startedAt !== undefined && { startedMs: Date.parse(startedAt) }),
    ...(endedAt !== undefined && { endedMs: Date.parse(endedAt) }),
    items: itemEntries(step),
  };
}

/** Left out in a terminal: the sentence after it has the same meaning. */
const FAILURE_TYPE = /^DataFlow\w+: /;

const unended = (needs: readonly string[], steps: PipelineProgress['steps']): readonly string[] =>
  needs.filter((id) => ['pending', 'running'].includes(steps[id]?.status ?? 'pending'));

const named = (names: readonly string[]): string => {
  const more = names.length - MAX_NAMED;
  const shown = names.slice(0, MAX_NAMED).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
};

/** What a step does or how it ended, without times. */
function textsOf(step: StepProgress): { readonly facts: string; readonly why: string } {
  const { items, executionId, reason, running = [] } = step;
  const current = items === undefined ? running[0] : undefined;
  const id = executionId ?? current?.executionId;
  const failed = failedItems(step);
  const facts = [
    items === undefined ? undefined : itemsText(items),
    id === undefined ? undefined : `execution ${id}`,
  ].filter((fact) => fact !== undefined);
  const bad = failed.length === 0 ? '' : `: ${named(failed.map(itemText))}`;
  const why = noteText(current?.note ?? (items === undefined ? reason : undefined));
  return { facts: facts.join('  ') + bad, why };
}

/** Ended items of a step with `forEach`, e.g. `9/20, 1 failed`. */
export function itemsText({
  total,
  succeeded = 0,
  failed = 0,
  canceled = 0,
  skipped = 0,
}: NonNullable<StepProgress['items']>): string {
  const ended = `${succeeded + failed + canceled + skipped}/${total}`;
  return failed > 0 ? `${ended}, ${failed} failed` : ended;
}

const failedItems = ({ items, failed = [] }: StepProgress): readonly ItemProgress[] =>
  items === undefined ? [] : failed;

function itemEntries(step: StepProgress): readonly ItemEntry[] {
  if (step.items === undefined) return [];
  const running = step.status === 'running' ? (step.running ?? []) : [];
  return [
    ...failedItems(step).map((item) => itemEntry('failed', item, item.reason)),
    ...running.map((item) => itemEntry('running', item, item.note)),
  ];
}

const itemEntry = (
  state: ItemEntry['state'],
  { executionId, ...item }: ItemProgress,
  text: string | undefined,
): ItemEntry => {
  const id = executionId === undefined || state === 'failed' ? '' : `execution ${executionId}: `;
  return {
    name: itemText(item),
    state,
    detail: `${id}${noteText(text).replace(FAILURE_TYPE, '')}`,
  };
};

interface GraphRow {
  readonly id: string;
  readonly depth: number;
}

/** Every step once, after the first step that it needs. */
function graphRows(ids: readonly string[], needs: Needs): readonly GraphRow[] {
  const children = new Map<string | undefined, string[]>();
  for (const id of ids) {
    const first = own(needs, id)?.[0];
    children.set(first, [...(children.get(first) ?? []), id]);
  }
  const rows: GraphRow[] = [];
  const open: GraphRow[] = (children.get(undefined) ?? [])
    .map((id) => ({ id, depth: 0 }))
    .reverse();
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    rows.push(row);
    const { id, depth } = row;
    for (const child of (children.get(id) ?? []).toReversed())
      open.push({ id: child, depth: depth + 1 });
  }
  return rows;
}
