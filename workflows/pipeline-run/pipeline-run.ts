import { condition, createEventGroup, type EventGroupMarker } from '@temporalio/workflow';
import type { PipelineEnd, PipelineMessage, PipelineState } from '../../contract/pipeline.js';
import type { CarriedItem, HandedOverRun, PipelineRunState } from '../../contract/pipeline-run.js';
import type { ScheduledRun } from '../../contract/schedule.js';
import { scheduledValues } from '../../pipeline/expressions/scope.js';
import { advance } from '../../pipeline/planner/advance.js';
import type { Evaluate } from '../../pipeline/planner/draft.js';
import type { Command, ItemRef, PlanEvent } from '../../pipeline/planner/events.js';
import { inFlight } from '../../pipeline/planner/in-flight.js';
import { planned } from '../../pipeline/planner/order.js';
import { messageRefusal } from '../../pipeline/planner/message-refusal.js';
import { endingOf } from '../../pipeline/planner/rules.js';
import { initialState } from '../../pipeline/planner/step-states.js';
import { viewOf } from '../../pipeline/planner/view.js';
import { endSubmissions, blockNewSubmissions } from '../runtime/run-registry.js';
import { currentActivation, isCurrent, pending } from '../runtime/activation.js';
import { handOver, runStateOf } from './hand-over.js';
import {
  endOfRefusedStart,
  inputCounter,
  type ItemEnd,
  itemKey,
  type RunningItem,
} from './item.js';
import { outputKeeper, valuesKeeper } from './outputs.js';
import { PacedWork } from './paced-work.js';
import { PipelineClock } from './pipeline-clock.js';
import { childId, startItem } from './start-item.js';
import { evaluatorOf, type Surroundings, valuesFor } from '../../pipeline/evaluation.js';

/** How long continue-as-new waits for reconciling and other work that can be repeated after it. */
const PATIENCE_MS = 120_000;

const HANDED_OVER =
  'The pipeline is being handed over to the next run of its workflow: send the message again in a few seconds.';

/**
 * Connects the planner to Temporal: events in, commands out. Everything that it starts belongs to the scope in which
 * `play` runs. That scope must not be cancellable, because a cancel is an event too.
 */
export class PipelineRun {
  readonly surroundings: Surroundings;
  readonly profile: string | undefined;
  readonly scheduled: ScheduledRun | undefined;
  readonly items = new Map<string, RunningItem>();
  state: PipelineState;
  /** Draining was requested: another run is to continue it. */
  isSuspending = false;
  /** Why the state could not be handed over. */
  sizeProblem: string | undefined;
  /** Called after changes. */
  onChange: () => void = () => undefined;
  /** Whether the history is at least `times` times as long as where continue-as-new is due. */
  isLong: (times: number) => boolean = () => false;
  /** Its `finally` steps, once its other steps have ended. */
  last: PipelineRun | undefined;
  /** What is handed over: of `finally` steps the whole pipeline. */
  private whole = (): PipelineRunState => this.handOver();
  private readonly from: PipelineRunState;
  private readonly work: PacedWork;
  private readonly evaluate: Evaluate;
  private readonly keep: (end: ItemEnd) => ItemEnd;
  private readonly groups = new StepGroups();
  private readonly clock = new PipelineClock();
  private isPatient = true;
  /** Messages that were received and not answered yet. */
  private asking = 0;
  private isHandedOver = false;
  private areChildrenTold = false;

  constructor(
    from: PipelineRunState,
    workflowId: string,
    childIdPrefix: string,
    end?: PipelineEnd,
  ) {
    const { plan, parameters, key } = from;
    this.work = new PacedWork(from.expressionSteps);
    const { meter } = this.work;
    const ended = end && { outcome: end.outcome, failedSteps: end.failed };
    const run = { id: workflowId, key, ...scheduledValues(from.scheduled), ...ended };
    this.surroundings = { plan, parameters, run, childIdPrefix, meter };
    this.profile = from.profile;
    this.scheduled = from.scheduled;
    this.state = from.state;
    this.from = from;
    this.evaluate = evaluatorOf(this.surroundings, valuesKeeper(from.state));
    this.keep = outputKeeper(from.state);
  }

  /** The steps of `finally`, to be played once this run has ended; undefined if it has none. */
  finish(): PipelineRun | undefined {
    const { plan, parameters, run, childIdPrefix } = this.surroundings;
    const { ended } = this.state;
    if (plan.finally === undefined || ended === undefined) return undefined;
    const { profile, scheduled } = this;
    const from: PipelineRunState = {
      ...{ version: 1, plan: plan.finally, parameters, key: run.key },
      ...(profile !== undefined && { profile }),
      ...(scheduled !== undefined && { scheduled }),
      ...(this.from.finally ?? { state: initialState(plan.finally), carried: [] }),
    };
    this.last = new PipelineRun(from, run.id, childIdPrefix, ended);
    this.last.whole = () => this.handOver();
    this.last.isSuspending = this.isSuspending;
    this.last.isLong = this.isLong;
    this.last.onChange = this.onChange;
    return this.last;
  }

  /** Draining is requested: another run is to continue it. */
  suspend(): void {
    this.isSuspending = true;
    this.last?.suspend();
  }

  dispatch(event: PlanEvent): void {
    this.act(() => {
      this.take(event);
    });
  }

  /** Applies a message after those before it; returns why it was refused, if it was. */
  async ask(message: PipelineMessage): Promise<string | undefined> {
    if (this.isHandedOver) return HANDED_OVER;
    let answer: { readonly refusal: string | undefined } | undefined;
    this.asking += 1;
    this.act(() => {
      const refusal = messageRefusal(this.surroundings.plan, this.state, message);
      if (refusal === undefined) this.take(message);
      answer = { refusal };
    });
    await condition(() => answer !== undefined);
    this.asking -= 1;
    return answer?.refusal;
  }

  /**
   * Runs until the pipeline has ended, or can be handed over: then returns the state from which another run continues.
   */
  async play(): Promise<HandedOverRun | undefined> {
    this.resume();
    const activation = currentActivation();
    for (;;) {
      if (!isCurrent(activation)) return await pending();
      await this.work.finish();
      this.onChange();
      if (this.state.ended !== undefined) break;
      const step = this.nextStep();
      if (step !== undefined) this.dispatch({ kind: step });
      else if (this.canBeHandedOver()) {
        const packed = handOver(this.whole());
        if ('handedOver' in packed) {
          this.isHandedOver = true;
          for (const item of this.items.values()) item.handedOver?.();
          endSubmissions(this);
          return packed.handedOver;
        }
        // The run ends by itself and stops everything before the server would terminate the workflow for its size and
        // leave executions running.
        this.sizeProblem = packed.problem;
        this.dispatch({ kind: 'size' });
      } else if (this.isTimeForChildren()) this.drainChildren();
      else await condition(() => this.hasToAct());
    }
    this.clock.stop();
    endSubmissions(this); // an ended run must not block the submissions of other runs
    return undefined;
  }

  /** State from which another run continues. */
  handOver(): PipelineRunState {
    const own = runStateOf(this, this.clock.left(this.state.held === true));
    if (this.last === undefined) return own;
    const { state, carried, timeLeftMs, expressionSteps } = this.last.handOver();
    return {
      ...own,
      finally: {
        ...{ state, carried },
        ...(timeLeftMs !== undefined && { timeLeftMs }),
        ...(expressionSteps !== undefined && { expressionSteps }),
      },
    };
  }

  /** While the run goes on, acts are queued; after its end they are executed at once. */
  private act(act: () => void): void {
    if (this.state.ended === undefined) this.work.add(act);
    else act();
  }

  private hasToAct(): boolean {
    return (
      !this.work.isEmpty ||
      this.nextStep() !== undefined ||
      this.canBeHandedOver() ||
      this.isTimeForChildren()
    );
  }

  /** Whether to drain now, or to continue because the whole run is about to end. */
  private nextStep(): 'drain' | 'begin' | undefined {
    const { draining } = this.state;
    const isEnding = endingOf(this.state) !== undefined;
    if (draining) return isEnding ? 'begin' : undefined;
    if (isEnding) return undefined;
    const items = [...this.items.values()];
    const isDue =
      this.isLong(1) &&
      (!items.some(({ blocksContinueAsNew }) => blocksContinueAsNew) || this.isLong(2));
    return this.isSuspending || isDue ? 'drain' : undefined;
  }

  private canBeHandedOver(): boolean {
    if (!this.state.draining || !this.work.isEmpty || this.asking > 0) return false;
    for (const item of this.items.values()) if (item.isBusy(this.isPatient)) return false;
    return true;
  }

  /**
   * Nested pipelines are handed over last, when nothing else prevents continue-as-new: until then users can send
   * messages to their workflows.
   */
  private isTimeForChildren(): boolean {
    if (!this.state.draining || this.areChildrenTold) return false;
    const items = [...this.items.values()];
    return items.every((item) => item.drain !== undefined || !item.isBusy(this.isPatient));
  }

  private drainChildren(): void {
    this.areChildrenTold = true;
    for (const item of this.items.values()) item.drain?.();
  }

  /** Begins, or resumes what an earlier run handed over. */
  private resume(): void {
    if (this.state.ended !== undefined) return; // what was handed over runs its `finally` steps
    const { plan } = this.surroundings;
    const { carried, timeLeftMs = plan.runTimeoutMs, outerTimeLeftMs } = this.from;
    if (outerTimeLeftMs !== undefined) this.clock.within(outerTimeLeftMs);
    if (timeLeftMs !== undefined) {
      this.clock.begin('limit', timeLeftMs, `runTimeout of ${plan.pipeline}`, () => {
        this.dispatch({ kind: 'deadline' });
      });
    }
    const byKey = new Map(carried.map((item) => [itemKey(item), item]));
    for (const { canceling, ...item } of inFlight(plan, this.state)) {
      this.work.addCommand(() => {
        this.start({ kind: 'start', ...item }, byKey.get(itemKey(item)));
        if (canceling) this.items.get(itemKey(item))?.cancel();
      });
    }
    // Messages that came first are applied first: a run that was paused or cancelled before it began starts nothing.
    this.dispatch({ kind: 'begin' });
  }

  private take(event: PlanEvent): void {
    const [{ plan }, before] = [this.surroundings, this.state];
    const { state, commands } = advance(plan, before, event, this.evaluate, Date.now());
    this.state = state;
    if (state.draining !== before.draining) this.noteDraining(state.draining === true);
    for (const command of commands) {
      this.work.addCommand(() => {
        this.execute(command);
      });
    }
  }

  private noteDraining(isDraining: boolean): void {
    blockNewSubmissions(this, isDraining);
    this.isPatient = true;
    this.areChildrenTold = false;
    if (!isDraining) return;
    this.clock.after(PATIENCE_MS, 'continue as new', () => {
      this.isPatient = false;
    });
  }

  private execute(command: Command): void {
    switch (command.kind) {
      case 'start':
        this.start(command);
        return;
      case 'cancel':
        this.items.get(itemKey(command))?.cancel();
        return;
      case 'discard':
        this.items.get(itemKey(command))?.discard?.();
        this.items.delete(itemKey(command));
        return;
      case 'hold':
        this.hold(command);
        return;
      case 'pause':
        this.dispatch({ kind: 'evaluate' });
        return;
      case 'end':
        return;
    }
  }

  private hold({ hold, forMs }: Extract<Command, { readonly kind: 'hold' }>): void {
    const { state, holdLeftMs } = this.from;
    const leftMs = state.held && state.holds === hold ? (holdLeftMs ?? forMs) : forMs;
    this.clock.begin('hold', leftMs, `hold ${this.surroundings.plan.pipeline} open`, () => {
      this.dispatch({ kind: 'holdExpired', hold });
    });
  }

  private start(
    command: Extract<Command, { readonly kind: 'start' }>,
    carried?: CarriedItem,
  ): void {
    const { step: id, index, attempt, value } = command;
    const ref: ItemRef = { step: id, index, attempt };
    const now = this.state.steps[id]?.items[index];
    if (now?.status !== 'running' || now.attempt !== attempt) return; // skipped, decided or canceled since the command was made
    const step = planned(this.surroundings.plan, id);
    const item = step.forEach === undefined ? undefined : { item: value, index };
    const ended = (end: ItemEnd): void => {
      this.items.delete(itemKey(ref));
      this.dispatch({ kind: 'itemEnded', ...ref, ...this.keep(end) });
    };
    const start = {
      ...{ step, ref, owner: this, childId: childId(this.surroundings, ref, item !== undefined) },
      values: valuesFor(this.surroundings, id, (other) => viewOf(this.state, other), item),
      ...(carried !== undefined && { carried }),
      ...(this.profile !== undefined && { profile: this.profile }),
      ...(this.scheduled !== undefined && { scheduled: this.scheduled }),
      ...this.clock.timeLeft(),
      sent: inputCounter(this.surroundings.meter),
      onStarted: (executionId: string) => {
        this.dispatch({ kind: 'itemStarted', ...ref, executionId });
      },
      onEnded: ended,
    };
    void this.groups.of(id).withScope(() => {
      if (now.canceling && carried === undefined) {
        ended({ outcome: 'canceled', reason: 'canceled before it was started' });
        return Promise.resolve();
      }
      try {
        this.items.set(
          itemKey(ref),
          startItem(start, () => this.state.draining === true),
        );
      } catch (error) {
        ended(endOfRefusedStart(error));
      }
      return Promise.resolve();
    });
  }
}

/** Groups the events of a step in the Temporal UI. */
export class StepGroups {
  private readonly made = new Map<string, EventGroupMarker>();

  of(step: string): EventGroupMarker {
    const known = this.made.get(step) ?? createEventGroup(step);
    this.made.set(step, known);
    return known;
  }
}
