import type { SubmitInput } from '../../contract/activities.js';
import type { RunJobRequest, RunJobResult, RunProgress } from '../../contract/run.js';
import { cancellationOf } from '../../workflows/runtime/cancellation.js';
import { runToEnd } from '../../workflows/job-run/attempts.js';
import { RunFailure } from '../../workflows/job-run/failures.js';
import type { RunPort } from '../../workflows/job-run/port.js';
import { planRun } from '../../workflows/job-run/request.js';
import { newSubmission, type Run } from '../../workflows/job-run/run.js';
import { freshProgress } from '../../workflows/job-run/progress.js';
import { TemporalPort } from '../../workflows/temporal-port.js';
import { currentActivation } from '../../workflows/runtime/activation.js';
import type { ModelWorker } from './model-worker.js';
import { LocalActivity } from './local-activity.js';
import type { ServerActivity, Temporal } from './temporal.js';
import { CancellationScope, runWorkflowCode, type WorkflowServer } from './workflow-sdk.js';

export type WorkflowEnd =
  { readonly result: RunJobResult } | { readonly error: unknown; readonly ended?: RunFailure };

/** Environment of a workflow. */
export interface Surroundings {
  /** Delay from a result on the server until the workflow code continues. */
  readonly taskDelay: () => number;
  /** The operator's resolution of a held submission. */
  readonly word: (submission: string) => string;
  /** Time until the operator resolves. */
  readonly wordAfterMs: number;
}

type Verb =
  | 'prepare'
  | 'submit'
  | 'reconcile'
  | 'awaitEnd'
  | 'awaitCapacity'
  | 'stop'
  | 'sleep'
  | 'awaitResolution';
const VERBS: readonly Verb[] = [
  ...([
    'prepare',
    'submit',
    'reconcile',
    'awaitEnd',
    'awaitCapacity',
    'stop',
    'sleep',
    'awaitResolution',
  ] as const),
];

interface Step {
  readonly verb: Verb;
  readonly result: unknown;
  readonly atMs: number;
}

/** One run of the workflow code. A reset begins another one, with a new run id. */
class Instance {
  readonly runId: string;
  readonly replayed: readonly Step[];
  readonly steps: Step[];
  readonly scope = new CancellationScope();
  readonly activities: ServerActivity[] = [];
  local: LocalActivity | undefined;
  /** Has the present workflow task. */
  worker: ModelWorker | undefined;
  next = 0;
  /** Time of the history during a replay. */
  replayedMs: number | undefined;
  isOver = false;
  /** A reset must keep the history up to here, because a used permit would otherwise be taken again. */
  keep = 0;

  constructor(runId: string, replayed: readonly Step[]) {
    this.runId = runId;
    this.replayed = replayed;
    this.steps = [...replayed];
  }
}

/** A workflow with one run of a job: the product's logic and port, on the server of the model. */
export class ModelWorkflow {
  readonly id: string;
  readonly request: RunJobRequest;
  readonly #temporal: Temporal;
  readonly #surroundings: Surroundings;
  #instance: Instance;
  #startedMs = 0;
  #resets = 0;
  run: Run | undefined;
  end: WorkflowEnd | undefined;
  progress: RunProgress | undefined;
  submits = 0;
  /** Called as a submit is scheduled. */
  onSubmit: () => void = () => undefined;
  /** Breaches of rules by the logic. */
  readonly wrongs: string[] = [];

  constructor(id: string, request: RunJobRequest, temporal: Temporal, around: Surroundings) {
    this.id = id;
    this.request = request;
    this.#temporal = temporal;
    this.#surroundings = around;
    this.#instance = new Instance(`${id}#0`, []);
  }

  get wasCancelled(): boolean {
    return this.#instance.scope.consideredCancelled;
  }

  get isUnderWay(): boolean {
    return this.run !== undefined && this.end === undefined;
  }

  keyOf = (attempt: number): string => `${this.id}-1.${attempt}`;

  start(): void {
    this.#startedMs = this.#temporal.time.nowMs;
    this.#execute(this.#instance);
  }

  /** Takes effect after the present workflow task. */
  cancel(): void {
    const { local, scope } = this.#instance;
    if (local === undefined) {
      scope.cancel();
      return;
    }
    void local.end.then(() => {
      this.#temporal.time.in(this.#surroundings.taskDelay(), () => {
        this.cancel();
      });
    });
  }

  /** The newest running activity. */
  get runningActivity(): ServerActivity | undefined {
    return this.#instance.activities.findLast((activity) => activity.isRunning);
  }

  /**
   * Resets the workflow: another run continues from an earlier point, never from before the last permit that was
   * used. @param place 0: the earliest such point, 1: the present
   */
  reset(place: number): void {
    const old = this.#instance;
    if (!this.isUnderWay || this.wasCancelled) return;
    old.isOver = true;
    for (const activity of [...old.activities, old.local]) activity?.forget();
    const most = old.steps.length;
    const least = Math.min(old.keep, most);
    const kept = old.steps.slice(0, least + Math.round(place * (most - least)));
    this.#resets += 1;
    this.#instance = new Instance(`${this.id}#${this.#resets}`, kept);
    if (kept.length > 0) this.#instance.replayedMs = this.#startedMs;
    this.#instance.keep = least;
    this.#execute(this.#instance);
  }

  #execute(instance: Instance): void {
    const server = this.#serverOf(instance);
    runWorkflowCode(server, () => {
      currentActivation().isGuarded = true; // as the interceptors of the bundle do
      const run = this.#createRun(instance);
      this.run = run;
      runToEnd(run).then(
        (result) => {
          if (instance.isOver) return;
          this.end = { result };
          this.#temporal.time.note(`${instance.runId} ends: ${result.execution.jobExecutionId}`);
        },
        (error: unknown) => {
          if (instance.isOver) return;
          this.#temporal.time.note(`${instance.runId} ends: ${String(error)}`);
          this.end = { error, ...(error instanceof RunFailure && { ended: error }) };
        },
      );
    });
  }

  #serverOf(instance: Instance): WorkflowServer {
    const { time } = this.#temporal;
    return {
      runId: instance.runId,
      schedule: (name, input, limits) => {
        const submission = this.run?.submission.key ?? '';
        const activity = this.#temporal.schedule({
          name,
          input,
          limits,
          runId: instance.runId,
          maker: { workflow: this.id, submission },
        });
        instance.activities.push(activity);
        return activity;
      },
      isRegistered: () => {
        instance.worker = this.#temporal.pollingWorker('workflows');
        return instance.worker?.hasActivities ?? true;
      },
      scheduleLocally: (name, input, scheduleToCloseMs) => {
        const maker = { workflow: this.id, submission: this.run?.submission.key ?? '' };
        const { runId } = instance;
        const scheduled = { name, input, maker, runId, scheduleToCloseMs };
        const local = new LocalActivity(this.#temporal, scheduled, instance.worker);
        instance.local = local;
        void local.end.then(() => {
          instance.local = undefined;
        });
        return local;
      },
      sleep: (ms) => time.sleep(ms),
      nextTask: async () => {
        await time.sleep(this.#surroundings.taskDelay());
        if (instance.isOver) await new Promise(() => undefined);
      },
    };
  }

  #createRun(instance: Instance): Run {
    const plan = planRun(this.request);
    const submission = newSubmission(this.keyOf(1), 1);
    return {
      plan,
      port: this.#recorded(instance, new TemporalPort(this.#shared(), () => undefined)),
      cancellation: cancellationOf(instance.scope as never),
      deadlineMs: plan.runTimeoutMs === undefined ? undefined : this.#startedMs + plan.runTimeoutMs,
      keyOf: this.keyOf,
      onProgress: (progress) => {
        if (!instance.isOver) this.progress = progress;
      },
      previousAttempts: [],
      submission,
      progress: freshProgress(plan, submission),
    };
  }

  /** The end of each verb is an event of the history. After a reset earlier ends are taken from there. */
  #recorded(instance: Instance, port: RunPort): RunPort {
    const { time } = this.#temporal;
    const verbs = port as unknown as Record<Verb, (...args: unknown[]) => Promise<unknown>>;
    const recorded =
      (verb: Verb) =>
      async (...args: unknown[]) => {
        const index = instance.next;
        instance.next += 1;
        const known = instance.replayed[index];
        if (known?.verb === verb) {
          instance.replayedMs = index + 1 < instance.replayed.length ? known.atMs : undefined;
          return known.result;
        }
        if (known !== undefined) this.wrongs.push(`replay asked for ${verb}, not ${known.verb}`);
        if (verb === 'submit' && !asksOnly(args[0])) this.#noteSubmit(instance, index);
        time.note(`${instance.runId} ${verb} begins`);
        const result = await verbs[verb](...args);
        if (instance.isOver) await new Promise(() => undefined);
        instance.steps[index] = { verb, result, atMs: time.nowMs };
        time.note(`${instance.runId} ${verb}: ${JSON.stringify(result).slice(0, 300)}`);
        return result;
      };
    return Object.assign(Object.create(port) as RunPort, {
      now: () => instance.replayedMs ?? port.now(),
      ...Object.fromEntries(VERBS.map((verb) => [verb, recorded(verb)])),
    });
  }

  #noteSubmit(instance: Instance, index: number): void {
    instance.keep = index;
    this.submits += 1;
    this.onSubmit();
    if (this.wasCancelled) this.wrongs.push('a submit was scheduled after the cancel was seen');
  }

  #shared(): Pick<
    RunPort,
    'awaitResolution' | 'jobLock' | 'claim' | 'claimedIds' | 'isAnotherUnknown'
  > {
    const claims = new Map<string, string>();
    return {
      jobLock: () => Promise.resolve({ kind: 'done', value: () => undefined }),
      claim: (executionId, submission) => {
        if (!claims.has(executionId)) claims.set(executionId, submission);
      },
      claimedIds: (except) =>
        [...claims].filter(([, submission]) => submission !== except).map(([id]) => id),
      isAnotherUnknown: () => false,
      awaitResolution: async (submission, { withinMs = Infinity, cancellation }) => {
        const { wordAfterMs, word } = this.#surroundings;
        const { time } = this.#temporal;
        const over = new Promise<string>((resolve) => {
          cancellation.onRequest(() => {
            resolve('cancelled');
          });
        });
        const late = time.sleep(Math.min(wordAfterMs, withinMs)).then(() => 'late');
        if (cancellation.requested || (await Promise.race([over, late])) === 'cancelled') {
          return { kind: 'cancelled' };
        }
        return withinMs <= wordAfterMs
          ? { kind: 'timed-out' }
          : { kind: 'done', value: word(submission) };
      },
    };
  }
}

/** Whether a submit only checks its permit. */
const asksOnly = (input: unknown): boolean => (input as SubmitInput).postNothing === true;
