import { sleep } from '@temporalio/workflow';
import { StepMeter, type TaskSteps } from '../../pipeline/expressions/step-budget.js';
import { nonCancellable } from '../runtime/own-scope.js';
import { currentActivation, isCurrent, pending } from '../runtime/activation.js';
import { workflowState } from '../runtime/workflow-state.js';

/** Shared by all pipelines of a workflow, because together they must not block one workflow task. */
const task = workflowState<TaskSteps & { pause?: Promise<void> | undefined }>(() => ({
  sincePause: 0,
}));

/** Continues in another workflow task. Only the count of steps decides when, so that a replay does the same. */
function nextTask(): Promise<void> {
  const own = task();
  const summary = 'go on in the next workflow task';
  own.pause ??= nonCancellable(() => sleep(1, { summary })).then(() => {
    own.sincePause = 0;
    own.pause = undefined;
  });
  return own.pause;
}

/** Work queue of a run, spread over as many workflow tasks as its expressions need. */
export class PacedWork {
  readonly meter: StepMeter;
  /** Messages and events from outside. */
  private readonly acts: (() => void)[] = [];
  /** Commands of the planner, executed before the next event. */
  private readonly commands: (() => void)[] = [];

  /** @param steps of the expressions of the run so far */
  constructor(steps = 0) {
    this.meter = new StepMeter(task(), steps);
  }

  get isEmpty(): boolean {
    return this.acts.length + this.commands.length === 0;
  }

  add(act: () => void): void {
    this.acts.push(act);
  }

  addCommand(command: () => void): void {
    this.commands.push(command);
  }

  /** Processes the whole queue. Events from outside during a pause (a cancel) are handled before further commands. */
  async finish(): Promise<void> {
    const activation = currentActivation();
    for (;;) {
      const next = this.commands.shift() ?? this.acts.shift();
      if (next === undefined) return;
      next();
      if (!this.meter.isPauseDue) continue;
      await nextTask();
      if (!isCurrent(activation)) await pending();
      for (const act of this.acts.splice(0)) act();
    }
  }
}
