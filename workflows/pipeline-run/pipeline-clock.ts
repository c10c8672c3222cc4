import { type CancellationScope, sleep } from '@temporalio/workflow';
import type { PipelineRunState } from '../../contract/pipeline-run.js';
import { newScope, ownScope, runIn } from '../runtime/own-scope.js';

const leftMs = (endMs: number): number => Math.max(1, endMs - Date.now());

/** The timers of a run. Their remaining durations cross continue-as-new, points in time do not. */
export class PipelineClock {
  private readonly around = ownScope();
  /** Made for the first timer: a scope keeps three promises. */
  private scope: CancellationScope | undefined;
  private readonly ends: { limit?: number; hold?: number; outer?: number } = {};

  after(ms: number, summary: string, act: () => void): void {
    this.scope ??= newScope(true, this.around);
    void runIn(this.scope, () => sleep(ms, { summary })).then(act, () => undefined);
  }

  /** Starts a timer whose remaining time crosses continue-as-new. */
  begin(what: 'limit' | 'hold', ms: number, summary: string, act: () => void): void {
    this.ends[what] = Date.now() + ms;
    this.after(ms, summary, act);
  }

  /** Sets the remaining time of the limits of the pipelines around this one, which these enforce. */
  within(outerMs: number): void {
    this.ends.outer = Date.now() + outerMs;
  }

  /** What is left of runTimeout, or of a shorter limit around the pipeline. */
  timeLeft(): { readonly timeLeftMs?: number } {
    const { limit = Infinity, outer = Infinity } = this.ends;
    const end = Math.min(limit, outer);
    return end === Infinity ? {} : { timeLeftMs: leftMs(end) };
  }

  /** Remaining times for the next run. */
  left(isHeld: boolean): Pick<PipelineRunState, 'timeLeftMs' | 'outerTimeLeftMs' | 'holdLeftMs'> {
    const { limit, hold, outer } = this.ends;
    return {
      ...(limit !== undefined && { timeLeftMs: leftMs(limit) }),
      ...(outer !== undefined && { outerTimeLeftMs: leftMs(outer) }),
      ...(isHeld && hold !== undefined && { holdLeftMs: leftMs(hold) }),
    };
  }

  stop(): void {
    this.scope?.cancel();
  }
}
