import { cleanText } from '../../client/clean-text.js';
import { durationText } from '../../contract/durations.js';
import type { PipelineProgress, StepProgress } from '../../contract/pipeline-run.js';
import type { StepStatus } from '../../contract/pipeline.js';
import type { LiveLine } from './live-view.js';

const LONGEST_NOTE = 120;

const MARKS: Readonly<Record<StepStatus, string>> = {
  pending: '○',
  running: '●',
  succeeded: '✔',
  failed: '✘',
  canceled: '■',
  skipped: '−',
};

type Needs = Readonly<Record<string, readonly string[]>>;
/** How long each step has run, as far as that was seen. */
type Elapsed = Readonly<Record<string, number>>;

/**
 * A pipeline, a line for itself and one for each step. In a terminal steps stand as a graph: each below the first that
 * it needs, further needs named behind it. Elsewhere a line is shown once a step has begun, and when it changes.
 */
export function pipelineLines(
  progress: PipelineProgress,
  needs: Needs = {},
  elapsed: Elapsed = {},
): readonly LiveLine[] {
  const { key, pipeline, phase, steps } = progress;
  const head = `pipeline ${pipeline}  ${phase}`;
  const rows = graphRows(Object.keys(steps), needs);
  const width = rows.reduce((most, { id, depth }) => Math.max(most, id.length + 2 * depth), 0);
  return [
    { key, text: head, live: head },
    ...rows.flatMap(({ id, depth }): readonly LiveLine[] => {
      const step = steps[id];
      if (step === undefined) return [];
      const text = stepText(step);
      const name = `${'  '.repeat(depth)}${id}`.padEnd(width);
      const others = (needs[id] ?? []).slice(1);
      const also = others.length === 0 ? '' : `  (after ${others.join(', ')} too)`;
      const ranMs = elapsed[id] ?? 0;
      const clock = ranMs < 1_000 ? '' : `  ${durationText(ranMs)}`;
      const live = `${MARKS[step.status]} ${name}  ${text}${clock}${also}`;
      return [
        { key: `${key} ${id}`, text: step.status === 'pending' ? '' : `${id}  ${text}`, live },
      ];
    }),
  ];
}

/** What a step does or how it ended, without the time. */
function stepText(step: StepProgress): string {
  const { status, items, executionId, reason, running = [] } = step;
  const done = items === undefined ? undefined : `${endedOf(items)}/${items.total}`;
  const current = running[0];
  const id = executionId ?? (items === undefined ? current?.executionId : undefined);
  const which = items === undefined || current === undefined ? '' : `${itemText(current)}: `;
  const said = current?.note === undefined ? reason : `${which}${current.note}`;
  const failed = items?.failed === undefined ? undefined : `${items.failed} failed`;
  const parts = [status, done, failed, id === undefined ? undefined : `execution ${id}`];
  const text = parts.filter((part) => part !== undefined).join('  ');
  return said === undefined ? text : `${text}: ${cleanText(said, [], LONGEST_NOTE)}`;
}

const itemText = ({
  value,
  index,
}: {
  readonly value?: unknown;
  readonly index: number;
}): string => (typeof value === 'string' ? value : `item ${index}`);

const endedOf = ({
  succeeded = 0,
  failed = 0,
  canceled = 0,
  skipped = 0,
}: NonNullable<StepProgress['items']>): number => succeeded + failed + canceled + skipped;

interface Row {
  readonly id: string;
  readonly depth: number;
}

/** Each step once, below the first that it needs. */
function graphRows(ids: readonly string[], needs: Needs): readonly Row[] {
  const children = new Map<string | undefined, string[]>();
  for (const id of ids) {
    const first = needs[id]?.[0];
    children.set(first, [...(children.get(first) ?? []), id]);
  }
  const rows: Row[] = [];
  const open: Row[] = (children.get(undefined) ?? []).map((id) => ({ id, depth: 0 })).reverse();
  for (let row = open.pop(); row !== undefined; row = open.pop()) {
    rows.push(row);
    const { id, depth } = row;
    for (const child of (children.get(id) ?? []).toReversed())
      open.push({ id: child, depth: Math.min(depth + 1, DEEPEST) });
  }
  return rows;
}

/** A chain of a hundred steps must not walk out of the terminal. */
const DEEPEST = 12;

/** Remembers since when each step has been seen to run. */
export function createStepClock(): {
  of(progress: PipelineProgress, nowMs: number): Elapsed;
} {
  const begun = new Map<string, number>();
  const ended = new Map<string, number>();
  return {
    of: ({ key, steps }, nowMs) => {
      const elapsed: Record<string, number> = {};
      for (const [id, { status }] of Object.entries(steps)) {
        const step = `${key} ${id}`;
        if (status === 'pending') begun.delete(step);
        if (status === 'running') {
          if (!begun.has(step)) begun.set(step, nowMs);
          ended.delete(step);
        } else if (begun.has(step) && !ended.has(step)) ended.set(step, nowMs);
        const since = begun.get(step);
        if (since !== undefined) elapsed[id] = (ended.get(step) ?? nowMs) - since;
      }
      return elapsed;
    },
  };
}
