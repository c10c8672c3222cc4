import type { PlanEvent } from '../../pipeline/planner/events.js';
import {
  isBad,
  isSkippedByPerson,
  newStep,
  ReferenceRules,
  type Item,
  type Step,
} from './reference-rules.js';

/**
 * Second implementation of docs/pipelines.md: simple and slow, without code of the planner. After each event it
 * repeats one action at a time, always from the first step on, until no action is left.
 */
export class ReferencePlanner extends ReferenceRules {
  /** Returns whether a message was accepted. */
  tell(event: PlanEvent): boolean {
    this.acts = [];
    if (this.run.outcome !== undefined) return false;
    const isAccepted = this.#apply(event);
    while (this.order().some((id) => this.decide(id) || this.work(id)));
    this.endIfDone();
    return isAccepted;
  }

  /** Runs again what did not succeed, and all that depends on it. */
  rerun(): ReferencePlanner {
    const next = new ReferencePlanner(this.plan, this.answer);
    const old = structuredClone(this.run.steps);
    const isDone = ({ status, cause }: Step): boolean =>
      status === 'succeeded' ||
      (status === 'skipped' && (cause === 'when' || cause === 'needs' || cause === 'message'));
    const open = this.order().filter((id) => !isDone(old[id]!));
    const below = this.#downstream(open);
    for (const [id, step] of Object.entries(old)) {
      if (below.has(id) || step.runsAgain) next.run.steps[id] = this.whole(step);
      else next.run.steps[id] = open.includes(id) ? this.rest(step) : step;
      next.run.steps[id].setGoingAt = 0;
      next.run.steps[id].failedAt = 0;
    }
    return next;
  }

  /** All steps that need one of these, directly or indirectly, but not through a step that a message skipped. */
  #downstream(ids: readonly string[]): Set<string> {
    const below = new Set<string>();
    const visit = (id: string): void => {
      for (const [other, { needs }] of Object.entries(this.plan.steps)) {
        if (!needs.includes(id) || below.has(other) || isSkippedByPerson(this.step(other)))
          continue;
        below.add(other);
        visit(other);
      }
    };
    for (const id of ids) visit(id);
    return below;
  }

  // Events

  #apply(event: PlanEvent): boolean {
    const { run } = this;
    switch (event.kind) {
      case 'begin':
        run.isDraining = false;
        return true;
      case 'drain':
        run.isDraining = true;
        return true;
      case 'itemEnded': {
        const item = run.steps[event.step]?.items[event.index];
        if (item?.status === 'running' && item.attempt === event.attempt)
          this.#endItem(event.step, item, event.outcome);
        return true;
      }
      case 'holdExpired':
        if (run.isHeld && run.holds === event.hold) this.end();
        return true;
      case 'cancel':
      case 'deadline':
      case 'size':
        if (run.ending !== undefined) return true;
        run.ending = event.kind;
        for (const id of this.order()) this.#tellToStop(id);
        return true;
      case 'itemStarted':
      case 'evaluate':
        return true;
      default:
        return run.ending === undefined && this.#applyMessage(event);
    }
  }

  #applyMessage(message: Extract<PlanEvent, { readonly step: string }> | PlanEvent): boolean {
    if (message.kind === 'pause' || message.kind === 'resume') {
      this.run.isPaused = message.kind === 'pause';
      return true;
    }
    const id = 'step' in message ? message.step : '';
    const step = this.run.steps[id];
    if (step === undefined) return false;
    switch (message.kind) {
      case 'cancelStep':
        if (step.status !== 'running') return false;
        step.isCancelAsked = true;
        step.runsAgain = false;
        this.#tellToStop(id);
        return true;
      case 'retryStep':
        if (!isBad(step)) return false;
        this.#retry(id);
        return true;
      case 'skipStep':
        if (step.status === 'pending') step.isSkipAsked = true;
        else if (isBad(step)) this.#skipFailed(id);
        else return false;
        return true;
      case 'approve': {
        const waiting = step.items.filter(
          ({ status }, index) =>
            status === 'running' && (message.item === undefined || message.item === index),
        );
        const isAsked = this.planned(id).kind === 'approval' && step.status === 'running';
        if (!isAsked || step.isCancelAsked || waiting.length === 0) return false;
        for (const item of waiting) {
          this.acts.push(`discard ${id} ${step.items.indexOf(item)} ${item.attempt}`);
          this.#endItem(id, item, message.approve ? 'succeeded' : 'failed');
        }
        return true;
      }
      default:
        return false;
    }
  }

  #endItem(id: string, item: Item, outcome: 'succeeded' | 'failed' | 'canceled'): void {
    Object.assign(item, { status: outcome, isTold: false });
    if (outcome !== 'succeeded') this.noteFailure(id);
  }

  #tellToStop(id: string): void {
    for (const [index, item] of this.step(id).items.entries()) {
      if (item.status !== 'running' || item.isTold) continue;
      item.isTold = true;
      this.acts.push(`cancel ${id} ${index} ${item.attempt}`);
    }
  }

  #retry(id: string): void {
    const cut = this.#stoppedBy(id);
    const below = this.#downstream([id, ...cut]);
    for (const other of this.order()) {
      if (below.has(other)) this.#reset(other);
      else if (other === id || cut.includes(other)) this.#setGoing(other, this.rest);
    }
    this.run.isHeld = false;
  }

  #skipFailed(id: string): void {
    const cut = this.#stoppedBy(id);
    const below = this.#downstream(cut);
    const { items, attempts } = this.step(id);
    this.run.steps[id] = { ...newStep(), items, attempts, status: 'skipped', cause: 'message' };
    const skipped = [id];
    for (const other of this.order()) {
      const { status } = this.step(other);
      const isBelow = this.planned(other).needs.some((need) => skipped.includes(need));
      if (below.has(other)) this.#reset(other);
      else if (cut.includes(other)) this.#setGoing(other, this.rest);
      else if (status === 'skipped' && isBelow && !isSkippedByPerson(this.step(other))) {
        skipped.push(other);
        this.#setGoing(other, this.rest);
      }
    }
    this.run.isHeld = false;
  }

  /** Steps that this failure skipped or canceled. */
  #stoppedBy(id: string): string[] {
    return this.order().filter((other) => {
      const { cause, by } = this.step(other);
      return cause === 'stop' && by === id;
    });
  }

  #setGoing(id: string, renew: (step: Step) => Step): void {
    this.run.steps[id] = { ...renew(this.step(id)), setGoingAt: this.run.failures };
  }

  /** All of the step is run, or once more after its end. A decision is requested again. */
  #reset(id: string): void {
    const step = this.step(id);
    const isApproval = this.planned(id).kind === 'approval';
    if (step.status === 'running' && !isApproval) {
      step.runsAgain = true;
      step.setGoingAt = this.run.failures;
      return;
    }
    for (const [index, { status, attempt }] of step.items.entries())
      if (status === 'running') this.acts.push(`discard ${id} ${index} ${attempt}`);
    this.#setGoing(id, this.whole);
  }
}
