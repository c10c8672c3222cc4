// Longest time for which the worst pipelines block a worker. Tests limit the work by the count of evaluation steps.
import type { WorkflowHandle } from '@temporalio/client';
import { RUN_PIPELINE_WORKFLOW } from '../contract/names.js';
import { type Bench, inStand, type Stand, type Topic, type WorkerProcess } from './stand.js';
import { type Row, rowAgainst } from './table.js';

const LOOP_MS = 200;
const TASK_MS = 1_000;

const STEPS = 1_000;
const named = (step: (nth: number) => object): object =>
  Object.fromEntries(Array.from({ length: STEPS }, (_, nth) => [`step-${nth}`, step(nth)]));
const parameters = {
  day: { type: 'string', default: '2026-11-28' },
  list: { type: 'list', default: Array.from({ length: 100 }, (_, nth) => nth) },
};
/** False, after some 70,000 of the 100,000 evaluation steps that a condition may take. */
const DEAR = '${{ params.list.map(a, params.list.map(b, a + b)).size() < 0 }}';
const NEVER = "${{ params.day == '' }}";

/** The worst inputs of a check or a run, by name. */
const WORST = {
  '1,000 conditions near the limit of steps': {
    pipeline: 'conditions',
    ...{ parameters, concurrency: 500 },
    steps: named(() => ({ activity: 'load', when: DEAR })),
  },
  '1,000 steps with five unknown needs each': {
    pipeline: 'needs',
    steps: named(() => ({
      activity: 'load',
      needs: Array.from({ length: 5 }, (_, nth) => `stepp-${nth}00`),
    })),
  },
  'a file of 750 KB': fileOf({
    pipeline: 'file',
    parameters,
    steps: named((nth) => ({
      activity: 'load',
      ...{ when: NEVER, needs: nth === 0 ? [] : [`step-${nth - 1}`] },
      with: Object.fromEntries(
        Array.from({ length: 7 }, (_, place) => [
          `input-${place}`,
          `s3://landing-zone/sales/day=\${{ params.day }}/part-${nth}-${place}-${'x'.repeat(25)}`,
        ]),
      ),
    })),
  }),
} as const satisfies Readonly<Record<string, object | string>>;
type Worst = keyof typeof WORST;

/** YAML in block style, as people write it. */
function fileOf(value: unknown, indent = ''): string {
  if (typeof value !== 'object' || value === null) return ` ${JSON.stringify(value)}\n`;
  if (Array.isArray(value)) return ` ${JSON.stringify(value)}\n`;
  const lines = Object.entries(value).map(
    ([name, inner]) => `${indent}${name}:${fileOf(inner, `${indent}  `)}`,
  );
  return `\n${lines.join('')}`;
}

export const STRETCHES: Topic = {
  measure: async (bench) => {
    const rows: Row[] = [];
    for (const worst of Object.keys(WORST).slice(0, bench.size(3, 1)) as Worst[]) {
      bench.say(`stretches: ${worst} …`);
      const { loopMs, taskMs } = await measure(bench, worst);
      rows.push(
        rowAgainst(`longest stretch of the event loop, ${worst}`, 'ms', loopMs, LOOP_MS),
        rowAgainst(`longest workflow task, ${worst}`, 'ms', taskMs, TASK_MS),
      );
    }
    return rows;
  },
  settings: { each: 'twice in one worker that has just begun; the longer one counts' },
  notMeasured: [
    'Other work of the worker: on a busy machine a stretch is longer by what other processes take.',
    'A workflow task includes the way to the server and back.',
  ],
};

interface Figures {
  /** Longest delay of the event loop of the main thread, ms. */
  readonly loopMs: number;
  /** Longest workflow task, from its start until the server has accepted its completion, ms. */
  readonly taskMs: number;
}

/** Measures twice in one worker, the first time in a new process. */
const measure = (bench: Bench, worst: Worst): Promise<Figures> =>
  inStand(bench, 'ours', { simulator: { jobs: [] } }, async (stand) => {
    const worker = await stand.startWorker();
    const times: Figures[] = [];
    for (const nth of [1, 2]) times.push(await measureOnce(bench, stand, worker, worst, nth));
    return {
      loopMs: Math.max(...times.map(({ loopMs }) => loopMs)),
      taskMs: Math.max(...times.map(({ taskMs }) => taskMs)),
    };
  });

async function measureOnce(
  { client }: Bench,
  { taskQueue }: Stand,
  worker: WorkerProcess,
  worst: Worst,
  nth: number,
): Promise<Figures> {
  await worker.longestStretchMs(); // resets the measurement
  const handle = await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
    args: [{ pipeline: WORST[worst] }],
    ...{ taskQueue, workflowId: `${taskQueue}-${nth}` },
  });
  await handle.result().catch(() => undefined); // one of them is refused
  return { loopMs: await worker.longestStretchMs(), taskMs: await longestTaskMs(handle) };
}

async function longestTaskMs(handle: WorkflowHandle): Promise<number> {
  const { events = [] } = await handle.fetchHistory();
  const msOf = (time: { seconds?: unknown; nanos?: number | null } | null | undefined): number =>
    Number(time?.seconds ?? 0) * 1_000 + (time?.nanos ?? 0) / 1e6;
  let [longest, startedMs] = [0, 0];
  for (const event of events ?? []) {
    if (event.workflowTaskStartedEventAttributes) startedMs = msOf(event.eventTime);
    if (event.workflowTaskCompletedEventAttributes)
      longest = Math.max(longest, msOf(event.eventTime) - startedMs);
  }
  return longest;
}
