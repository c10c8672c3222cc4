import type { DataFlowClient } from '../client/client.js';
import type { Answers } from './answers.js';
import type { PollClock } from './clock.js';
import type { NewestReader } from './newest-executions.js';
import type { PlannedCall } from './plan.js';

interface StatusCallsParts {
  readonly client: DataFlowClient;
  readonly newest: NewestReader;
  readonly answers: Answers;
  readonly clock: PollClock;
}

/** Makes planned calls and hands over what comes of them. Never throws. */
export class StatusCalls {
  readonly made = { getJobExecutionById: 0, getJobExecutions: 0 };
  readonly #parts: StatusCallsParts;

  constructor(parts: StatusCallsParts) {
    this.#parts = parts;
  }

  /** @param signal ends the call; its end is then nobody's failure. */
  async make(call: PlannedCall, signal: AbortSignal): Promise<void> {
    let calls = 0;
    const { answers, clock } = this.#parts;
    const onCall = (): void => {
      calls += 1;
      this.made[call.kind === 'get' ? 'getJobExecutionById' : 'getJobExecutions'] += 1;
    };
    try {
      await (call.kind === 'get'
        ? this.#get(call, signal, onCall)
        : this.#list(call, signal, onCall));
    } catch (error) {
      if (!signal.aborted) answers.failed(call, error, calls, clock.nowMs());
    }
  }

  async #get(call: PlannedCall & { kind: 'get' }, signal: AbortSignal, onCall: () => void) {
    const { jobId, executionId } = call;
    const { client, answers, clock } = this.#parts;
    onCall();
    const { output } = await client.call('getJobExecutionById', { jobId, executionId }, { signal });
    if (output.jobExecutionId !== executionId) {
      throw new Error(
        `getJobExecutionById answered execution ${output.jobExecutionId} when asked for ${executionId}`,
      );
    }
    answers.got({ jobId, executionId }, output, clock.nowMs());
  }

  async #list(call: PlannedCall & { kind: 'list' }, signal: AbortSignal, onCall: () => void) {
    const { newest, answers, clock } = this.#parts;
    // The hub queued for one call before it planned this one.
    const reading = await newest.read(call.jobId, { signal, prepaid: true, onCall });
    answers.listed(call, reading, clock.nowMs());
  }
}
