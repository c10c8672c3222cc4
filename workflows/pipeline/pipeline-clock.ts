import { CancellationScope, sleep } from '@temporalio/workflow';
import type { PipelineRunState } from '../../contract/pipeline-run.js';

const leftMs = (endMs: number): number => Math.max(1, endMs - Date.now());

/** The timers of a run. Durations cross continue-as-new, points in time do not. */
export class PipelineClock {
  readonly #scope = new CancellationScope();
  readonly #ends: { limit?: number; hold?: number } = {};

  after(ms: number, summary: string, act: () => void): void {
    void this.#scope.run(() => sleep(ms, { summary })).then(act, () => undefined);
  }

  /** Of these two it is remembered how much is left. */
  begin(what: 'limit' | 'hold', ms: number, summary: string, act: () => void): void {
    this.#ends[what] = Date.now() + ms;
    this.after(ms, summary, act);
  }

  /** What is left of runTimeout. */
  timeLeft(): Pick<PipelineRunState, 'timeLeftMs'> {
    const { limit } = this.#ends;
    return limit === undefined ? {} : { timeLeftMs: leftMs(limit) };
  }

  left(isHeld: boolean): Pick<PipelineRunState, 'timeLeftMs' | 'holdLeftMs'> {
    const { hold } = this.#ends;
    return {
      ...this.timeLeft(),
      ...(isHeld && hold !== undefined && { holdLeftMs: leftMs(hold) }),
    };
  }

  stop(): void {
    this.#scope.cancel();
  }
}
