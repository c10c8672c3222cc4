/**
 * Steps that one `when`, one `forEach`, or all expressions of one item together may take. A node evaluated is one step;
 * so is a value, or 32 characters, that an operation reads. Five million take about a second. The counts decide where a
 * run pauses, so they are part of every history.
 */
export const MAX_STEPS = 100_000;
/** Steps after which the work continues in the next workflow task. */
export const MAX_TASK_STEPS = 500_000;
/** Steps of all expressions of one run, over continue-as-new. */
export const MAX_RUN_STEPS = 100_000_000;
export const CHARACTERS_A_STEP = 32;
/** Characters of the input of an activity or child workflow that count as one step: some MB are too much for one workflow task. */
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

  /** Of the whole run so far. */
  get steps(): number {
    return this.#ofRun;
  }

  /** Whether this workflow task has done enough. */
  get isPauseDue(): boolean {
    return this.#task.sincePause >= MAX_TASK_STEPS;
  }

  count(steps: number): void {
    this.#ofRun += steps;
    this.#task.sincePause += steps;
  }

  /** Counts what is sent with the completion of this workflow task. */
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

  /** Also where a CEL operator swallowed the error. */
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
