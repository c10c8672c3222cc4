import type {
  PipelineOutcome,
  PipelinePlan,
  PlannedStep,
  RunEnding,
  StepCause,
  StepStatus,
} from '../../contract/pipeline.js';

/** Value of `when` or `forEach`, or why there is none. */
export type Answer = (
  step: string,
  what: 'when' | 'forEach',
  statusOf: (step: string) => StepStatus,
) => unknown;

export interface Item {
  status: StepStatus;
  attempt: number;
  /** It runs, and was cancelled. */
  isTold: boolean;
}

export interface Step {
  status: StepStatus;
  /** None before it begins. */
  items: Item[];
  /** Why it was skipped or canceled, and the step whose failure caused it. */
  cause?: StepCause;
  by?: string;
  isSkipAsked: boolean;
  isCancelAsked: boolean;
  /** Its present end does not count, and it runs once more as a whole. */
  runsAgain: boolean;
  /** Times of its last failure, and of the message that retried it. */
  failedAt: number;
  setGoingAt: number;
  /** Largest number of an attempt of its items. */
  attempts: number;
}

/** Plain JSON, as the state of a run. */
export interface ReferenceRun {
  steps: Record<string, Step>;
  isPaused: boolean;
  isDraining: boolean;
  ending?: RunEnding;
  failures: number;
  isHeld: boolean;
  holds: number;
  outcome?: PipelineOutcome;
  failed?: string[];
}

export const newStep = (): Step => ({
  ...{ status: 'pending', items: [], isSkipAsked: false, isCancelAsked: false },
  ...{ runsAgain: false, failedAt: 0, setGoingAt: 0, attempts: 0 },
});

const hasEnded = ({ status }: Step): boolean => status !== 'pending' && status !== 'running';
export const isBad = ({ status }: Step | Item): boolean =>
  status === 'failed' || status === 'canceled';
export const isSkippedByPerson = ({ status, cause }: Step): boolean =>
  status === 'skipped' && cause === 'message';

/** The rules for the steps of a run. */
export abstract class ReferenceRules {
  readonly plan: PipelinePlan;
  protected readonly answer: Answer;
  run: ReferenceRun;
  /** Commands of the last event, e.g. `start s1 0 1`. */
  acts: string[] = [];

  constructor(plan: PipelinePlan, answer: Answer, run?: ReferenceRun) {
    this.plan = plan;
    this.answer = answer;
    const steps = Object.fromEntries(Object.keys(plan.steps).map((id) => [id, newStep()]));
    const nothing = { isPaused: false, isDraining: false, failures: 0, isHeld: false, holds: 0 };
    this.run = run ?? { steps, ...nothing };
  }

  step(id: string): Step {
    return this.run.steps[id]!;
  }

  /** Each step after those that it needs, otherwise in the written order. */
  protected order(): string[] {
    const order: string[] = [];
    const add = (id: string): void => {
      if (order.includes(id)) return;
      for (const need of this.planned(id).needs) add(need);
      order.push(id);
    };
    for (const id of Object.keys(this.plan.steps)) add(id);
    return order;
  }

  protected planned(id: string): PlannedStep {
    return this.plan.steps[id]!;
  }

  /** The step before a run of all items. */
  protected readonly whole = ({ items, attempts, isSkipAsked, setGoingAt }: Step): Step => {
    const made = Math.max(attempts, ...items.map(({ attempt }) => attempt));
    return { ...newStep(), attempts: made, isSkipAsked, setGoingAt };
  };

  /** The step before a run of all items that have not succeeded. */
  protected readonly rest = ({ items, attempts }: Step): Step => ({
    ...newStep(),
    attempts,
    items: items.map((item) => ({
      ...{ ...item, isTold: false },
      status: item.status === 'succeeded' ? 'succeeded' : 'pending',
    })),
  });

  // What can be done

  protected decide(id: string): boolean {
    const [step, { needs }] = [this.step(id), this.planned(id)];
    if (step.status !== 'pending' || !needs.every((need) => hasEnded(this.step(need))))
      return false;
    if (step.isSkipAsked) return this.#skip(id, 'message');
    if (!this.#isAllowed(id)) return this.#skip(id, 'needs');
    if (this.run.ending !== undefined) return this.#skip(id, this.run.ending);
    const by = this.#heldUpBy(id);
    if (by !== undefined) return this.#skip(id, 'stop', by);
    return this.#isRoomFor(id) && this.#begin(id);
  }

  #isAllowed(id: string): boolean {
    const { needs, runIf } = this.planned(id);
    const steps = needs.map((need) => this.step(need));
    switch (runIf) {
      case 'allSucceeded':
        return steps.every(({ status }) => status === 'succeeded');
      case 'anyFailed':
        return needs.some((need) => this.#countsAsFailed(need));
      case 'noneSkipped':
        return steps.every(({ status }) => status !== 'skipped');
      case 'anySucceeded':
        return steps.some(({ status }) => status === 'succeeded');
      case 'allDone':
      case 'always':
        return true;
    }
  }

  #countsAsFailed(id: string): boolean {
    const { status, cause } = this.step(id);
    if (status !== 'skipped') return isBad(this.step(id));
    if (cause !== 'needs') return cause === 'stop';
    return this.planned(id).needs.some((need) => this.#countsAsFailed(need));
  }

  #begin(id: string): boolean {
    const step = this.step(id);
    const { when, forEach } = this.planned(id);
    const statusOf = (other: string): StepStatus => this.step(other).status;
    if (step.items.length === 0) {
      const isWanted = when === undefined || this.answer(id, 'when', statusOf);
      if (isWanted === false) return this.#skip(id, 'when');
      const list =
        typeof forEach === 'string' ? this.answer(id, 'forEach', statusOf) : (forEach ?? [null]);
      if (isWanted !== true || !Array.isArray(list)) {
        step.status = 'failed';
        this.noteFailure(id);
        return true;
      }
      const { attempts } = step;
      step.items = list.map(() => ({ status: 'pending', attempt: attempts, isTold: false }));
    }
    step.status = 'running';
    return true;
  }

  #skip(id: string, cause: StepCause, by?: string): true {
    const { items, ...step } = this.step(id);
    for (const item of items) if (item.status === 'pending') item.status = 'skipped';
    this.run.steps[id] = {
      ...step,
      items,
      status: 'skipped',
      cause,
      ...(by !== undefined && { by }),
    };
    return true;
  }

  /** Starts the next item of a step that runs, or ends the step. */
  protected work(id: string): boolean {
    const step = this.step(id);
    if (step.status !== 'running') return false;
    const { maxParallel = Infinity } = this.planned(id);
    const by = this.#heldUpBy(id);
    const byFailure = by === undefined ? undefined : 'stop';
    const halt = this.run.ending ?? (step.isCancelAsked ? 'message' : byFailure);
    const next = step.items.find(({ status }) => status === 'pending');
    const running = step.items.filter(({ status }) => status === 'running').length;
    const mayStart = halt === undefined && !step.runsAgain && next !== undefined;
    if (mayStart && running < Number(maxParallel) && this.#isRoomFor(id)) {
      Object.assign(next, { status: 'running', attempt: next.attempt + 1 });
      this.acts.push(`start ${id} ${step.items.indexOf(next)} ${next.attempt}`);
      return true;
    }
    if (running > 0) return false;
    if (step.runsAgain && this.run.ending === undefined) {
      this.run.steps[id] = this.whole(step);
      return true;
    }
    if (halt === undefined && next !== undefined) return false;
    this.#close(id, halt, by);
    return true;
  }

  #close(id: string, halt: StepCause | undefined, by: string | undefined): void {
    const step = this.step(id);
    const isCut = step.items.some(({ status }) => status === 'pending');
    const isCanceled = step.items.some(({ status }) => status === 'canceled');
    const isFailed = step.items.some(({ status }) => status === 'failed');
    for (const item of step.items) if (item.status === 'pending') item.status = 'skipped';
    if (step.runsAgain) Object.assign(step, { status: 'canceled', cause: halt });
    else if (!isFailed && !isCanceled && !isCut) step.status = 'succeeded';
    else {
      step.status = isFailed ? 'failed' : 'canceled';
      const isOwnFault = isFailed || isCanceled;
      if (halt === 'stop' && !isOwnFault) Object.assign(step, { cause: halt, by });
      else if (halt !== 'stop' && (isCanceled || isCut)) step.cause = halt!;
    }
    if (step.status === 'canceled' && step.cause === 'message') this.noteFailure(id);
  }

  #isRoomFor(id: string): boolean {
    if (this.run.isPaused || this.run.isDraining) return false;
    if (this.planned(id).kind === 'approval') return true;
    const busy = this.order()
      .filter((other) => this.planned(other).kind !== 'approval')
      .flatMap((other) => this.step(other).items)
      .filter(({ status }) => status === 'running');
    return busy.length < this.plan.concurrency;
  }

  // Failures

  protected noteFailure(id: string): void {
    this.run.failures += 1;
    this.step(id).failedAt = this.run.failures;
  }

  /** A step that was canceled because another one failed has not failed. Nor has one whose end does not count. */
  #isFailure(id: string): boolean {
    const step = this.step(id);
    if (step.runsAgain) return false;
    if (step.status === 'running') return step.items.some(isBad);
    return isBad(step) && step.cause !== 'stop';
  }

  /** The first failure that stops the step: it came after the message that retried the step. */
  #heldUpBy(id: string): string | undefined {
    if (this.plan.onFailure === 'continue' || this.planned(id).runIf !== 'allSucceeded')
      return undefined;
    const { setGoingAt } = this.step(id);
    return this.order()
      .filter((other) => this.#isFailure(other) && this.step(other).failedAt > setGoingAt)
      .sort((one, other) => this.step(one).failedAt - this.step(other).failedAt)[0];
  }

  // The end

  protected endIfDone(): void {
    const { run, plan } = this;
    if (run.outcome !== undefined) return;
    const isHeldBefore = run.isHeld;
    run.isHeld = false;
    if (!Object.values(run.steps).every(hasEnded)) return;
    const isFailed = this.order().some((id) => this.#isFailure(id));
    if (plan.onFailure !== 'hold' || run.ending !== undefined || !isFailed) {
      this.end();
      return;
    }
    run.isHeld = true;
    if (!isHeldBefore) run.holds += 1;
  }

  protected end(): void {
    const { run } = this;
    const isCutByEnd = (id: string): boolean =>
      ['cancel', 'deadline', 'size'].includes(this.step(id).cause ?? '');
    run.failed = this.order().filter(
      (id) => this.#isFailure(id) && (this.step(id).status === 'failed' || !isCutByEnd(id)),
    );
    const wasCut = this.order().some(isCutByEnd);
    run.isHeld = false;
    if (!wasCut && run.failed.length === 0) run.outcome = 'succeeded';
    else if (run.ending === 'cancel') run.outcome = 'canceled';
    else run.outcome = wasCut && run.ending === 'deadline' ? 'timed-out' : 'failed';
  }
}
