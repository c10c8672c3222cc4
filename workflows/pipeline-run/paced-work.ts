import { sleep } from '@temporalio/workflow';
import { StepMeter, type TaskSteps } from '../../pipeline/expressions/step-budget.js';
import { nonCancellable } from '../runtime/own-scope.js';
import { currentTurn, isCurrent, pending } from '../runtime/job-lock.js';
import { workflowState } from '../runtime/workflow-state.js';

/** Shared by all pipelines of a workflow: together they must not hold up one workflow task. */
const task = workflowState<TaskSteps & { pause?: Promise<void> | undefined }>(() => ({
  sincePause: 0,
}));

/** Goes on in another workflow task. The count of steps alone decides when, so that a replay does the same. */
function nextTask(): Promise<void> {
  const own = task();
  const summary = 'go on in the next workflow task';
  own.pause ??= nonCancellable(() => sleep(1, { summary })).then(() => {
    own.sincePause = 0;
    own.pause = undefined;
  });
  return own.pause;
}

/** What a run has to do, one after the other, over as many workflow tasks as the expressions in it need. */
export class PacedWork {
  readonly meter: StepMeter;
  /** What came from outside. */
  readonly #acts: (() => void)[] = [];
  /** What the planner asked for; before the next act. */
  readonly #commands: (() => void)[] = [];

  /** @param steps of the expressions of the run so far */
  constructor(steps = 0) {
    this.meter = new StepMeter(task(), steps);
  }

  get isEmpty(): boolean {
    return this.#acts.length + this.#commands.length === 0;
  }

  add(act: () => void): void {
    this.#acts.push(act);
  }

  addCommand(command: () => void): void {
    this.#commands.push(command);
  }

  /** Does all there is to do. What comes from outside during a pause (a cancel) comes before further commands. */
  async finish(): Promise<void> {
    const turn = currentTurn();
    for (;;) {
      const next = this.#commands.shift() ?? this.#acts.shift();
      if (next === undefined) return;
      next();
      if (!this.meter.isPauseDue) continue;
      await nextTask();
      if (!isCurrent(turn)) await pending();
      for (const act of this.#acts.splice(0)) act();
    }
  }
}
