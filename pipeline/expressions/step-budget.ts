/**
 * Limit of steps for one `when`, one `forEach`, or all expressions of one item together. One step is the evaluation of
 * a node, or a value or 32 characters that an operation reads. Five million steps take about a second. The counts
 * decide where a run pauses: changed counts do not replay old histories.
 */
export const MAX_STEPS = 100_000;
/** Steps after which the work continues in the next workflow task. */
export const MAX_TASK_STEPS = 500_000;
/** Limit of steps for all expressions of one run, with its continuations. */
export const MAX_RUN_STEPS = 100_000_000;
export const CHARACTERS_A_STEP = 32;
/**
 * So many characters of the input of an activity or child workflow count as one step: a workflow task must not send
 * several MB.
 */
const SENT_CHARACTERS_A_STEP = 4;

/** Steps of the workflow since its last pause; shared by all its runs. */
export interface TaskSteps {
  sincePause: number;
}

/** Counts the steps of one run. */
export class StepMeter {
  readonly #task: TaskSteps;
  #ofRun: number;

  constructor(task: TaskSteps = { sincePause: 0 }, ofRun = 0) {
    this.#task = task;
    this.#ofRun = ofRun;
  }

  /** Steps of the run so far. */
  get steps(): number {
    return this.#ofRun;
  }

  /** Whether the work should continue in another workflow task. */
  get isPauseDue(): boolean {
    return this.#task.sincePause >= MAX_TASK_STEPS;
  }

  count(steps: number): void {
    this.#ofRun += steps;
    this.#task.sincePause += steps;
  }

  /** Counts input that is sent with the completion of this workflow task. */
  countSent(characters: number): void {
    this.#task.sincePause += Math.ceil(characters / SENT_CHARACTERS_A_STEP);
  }
}

/** The steps that are left of one `when`, one `forEach`, or one item. */
export class StepBudget {
  readonly #meter: StepMeter;
  #left = MAX_STEPS;

  constructor(meter = new StepMeter()) {
    this.#meter = meter;
  }

  /** Must be checked after an evaluation, because a CEL operator may have swallowed the error of `spend`. */
  get isSpent(): boolean {
    return this.#left < 0 || this.#meter.steps > MAX_RUN_STEPS;
  }

  get left(): number {
    return Math.max(this.#left, 0);
  }

  /** @throws Error whose message is a part of a sentence about an expression */
  spend(steps: number): void {
    this.#left -= steps;
    this.#meter.count(steps);
    if (this.isSpent) throw this.exhausted();
  }

  exhausted(): Error {
    return new Error(
      this.#left < 0
        ? `takes more than ${MAX_STEPS} steps`
        : `is not evaluated: the expressions of this run have taken ${MAX_RUN_STEPS} steps, the most that a run may take`,
    );
  }
}
