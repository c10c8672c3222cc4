import { ApplicationFailure } from '@temporalio/common';
import {
  condition,
  defineQuery,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { PROGRESS_QUERY, RESOLVE_UPDATE } from '../contract/names.js';
import type { ResolveSubmission, RunProgress } from '../contract/run.js';
import { interruptible } from './interrupt.js';
import type { RunPort } from './run/port.js';
import type { Run } from './run/run.js';

/** Ended runs that stay visible; older ones are dropped so that a long workflow does not grow. */
const MOST_ENDED = 200;

export const progressQuery = defineQuery<Readonly<Record<string, RunProgress>>>(PROGRESS_QUERY);
export const resolveUpdate = defineUpdate<undefined, [ResolveSubmission]>(RESOLVE_UPDATE);

/** All runs of this workflow: the sandbox gives each workflow execution module state of its own. */
const runs: Run[] = [];
const turns = new Map<string, Promise<void>>();
/** Held submissions, and the word that was given on each. */
const held = new Map<string, string | undefined>();
let started = 0;

/** The key of a new run's submissions: the same after a replay and a reset, another one after continue-as-new. */
export function nextKey(): (attempt: number) => string {
  started += 1;
  const ordinal = started;
  return (attempt) => `${workflowInfo().originalExecutionRunId}-${ordinal}.${attempt}`;
}

export function register(run: Run): void {
  if (runs.length === 0) setHandlers();
  runs.push(run);
  const ended = runs.filter((one) => one.progress.phase === 'ended');
  if (ended.length > MOST_ENDED) runs.splice(runs.indexOf(ended[0] ?? run), 1);
}

export const allProgress = (): Readonly<Record<string, RunProgress>> =>
  Object.fromEntries(runs.map(({ progress }) => [progress.submission, progress]));

function setHandlers(): void {
  setHandler(progressQuery, allProgress, {
    description: 'Where each Data Flow run of this workflow stands',
  });
  setHandler(
    resolveUpdate,
    ({ submission, executionId }) => {
      held.set(submission, executionId);
      return undefined;
    },
    { validator: checkWord, description: 'Names the execution of a held submission, or says none' },
  );
}

function checkWord(input: ResolveSubmission): void {
  const { submission, executionId } = input as Partial<ResolveSubmission>;
  const problems: string[] = [];
  if (submission === undefined || !held.has(submission)) {
    const waiting = [...held.keys()].join(', ') || 'none';
    problems.push(`submission: ${String(submission)} is not held; held are: ${waiting}`);
  }
  if (typeof executionId !== 'string' || !/^[\w-]{1,100}$/.test(executionId)) {
    problems.push("executionId: give the id of the execution that is this submission's, or 'none'");
  } else if (claimedIds(submission ?? '').includes(executionId)) {
    problems.push(`executionId: ${executionId} belongs to another submission of this workflow`);
  }
  if (problems.length > 0) {
    throw ApplicationFailure.nonRetryable(problems.join('; '), 'DataFlowInvalidInput');
  }
}

const claimedIds = (except: string): readonly string[] =>
  runs.flatMap(({ progress: { submission, executionId } }) =>
    submission === except || executionId === undefined ? [] : [executionId],
  );

/** What the runs of one workflow share: turns per job, known executions, and words on held submissions. */
export const shared: Pick<RunPort, 'word' | 'turn' | 'claimedIds'> = {
  claimedIds,
  async turn(job, interrupt) {
    const before = turns.get(job);
    let release: () => void = () => undefined;
    const mine = new Promise<void>((resolve) => {
      release = resolve;
    });
    const last = (before ?? Promise.resolve()).then(() => mine);
    turns.set(job, last);
    if (before === undefined) return release;
    const reached = await interruptible(interrupt, () =>
      Promise.race([before, whenInterrupted(interrupt)]),
    );
    if (reached !== undefined && !interrupt.requested) return release;
    release();
    return undefined;
  },
  async word(submission, { withinMs, interrupt }) {
    held.set(submission, undefined);
    try {
      const given = (): boolean => held.get(submission) !== undefined;
      const waited = await interruptible(interrupt, () =>
        withinMs === undefined ? condition(given).then(() => true) : condition(given, withinMs),
      );
      if (waited === undefined) return { kind: 'interrupted' };
      const value = held.get(submission);
      return waited.value && value !== undefined ? { kind: 'done', value } : { kind: 'timed-out' };
    } finally {
      held.delete(submission);
    }
  },
};

const whenInterrupted = (interrupt: Parameters<RunPort['turn']>[1]): Promise<void> =>
  new Promise((resolve) => {
    interrupt.onRequest(resolve);
  });
