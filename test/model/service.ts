import { answerCall, type Delivery, type ReceivedRequest } from '../../simulator/call-flow.js';
import { createCommands } from '../../simulator/commands.js';
import { createCore, type Core } from '../../simulator/core.js';
import type { FaultEffect } from '../../simulator/fault.js';
import type { ForeignExecution, JobScript } from '../../simulator/job-script.js';
import type { SimulatedExecution } from '../../simulator/report.js';
import type { Switches } from '../../simulator/switches.js';
import type { Maker } from './maker.js';
import type { VirtualTime } from './virtual-time.js';
import type { CallPlan, WireCall } from './wire.js';

export const JOB = 'jobA';
export const KEYS = { accessKey: 'ACCESS', secretKey: 'SECRET' } as const;

export interface Cancel {
  readonly by: Maker | undefined;
  readonly executionId: string;
  readonly atMs: number;
}

/** The simulated service without sockets, with the owner of each execution. */
export class Service {
  readonly #core: Core;
  readonly #commands;
  readonly #time: VirtualTime;
  #effect: FaultEffect | undefined;
  readonly makers = new Map<string, Maker>();
  readonly cancels: Cancel[] = [];

  constructor(
    time: VirtualTime,
    job: Omit<JobScript, 'jobId'>,
    switches: Partial<Switches>,
    seed: number,
  ) {
    this.#time = time;
    const clock = { now: () => time.nowMs, advance: never, wait: never };
    const script = { jobs: [{ type: 'SCRIPT', ...job, jobId: JOB }], switches, seed } as const;
    this.#core = createCore({ ...script, ...KEYS, clock });
    this.#core.faults = { add: never, clear: never, next: () => this.#effect };
    this.#commands = createCommands(this.#core, script);
  }

  async arrive(
    request: ReceivedRequest,
    call: WireCall,
    plan: CallPlan,
    maker: Maker | undefined,
  ): Promise<Delivery> {
    const before = this.executions().length;
    const { creationLagMs, listLagMs } = plan;
    if (creationLagMs !== undefined) this.set({ creationLagMs });
    if (listLagMs !== undefined) this.set({ listLagMs });
    this.#effect = plan.effect;
    const answering = answerCall(this.#core, request, new AbortController().signal);
    this.#effect = undefined;
    for (const { executionId } of this.executions().slice(before)) {
      if (maker !== undefined) this.makers.set(executionId, maker);
      this.#time.note(`POST of ${maker?.submission ?? '?'} accepted: ${executionId}`);
    }
    if (call.operation === 'cancelJobExecution' && call.executionId !== undefined) {
      this.cancels.push({ by: maker, executionId: call.executionId, atMs: this.#time.elapsedMs });
    }
    const delivery = await answering;
    if (call.operation === 'executeJob' || call.operation === 'cancelJobExecution') {
      const status = delivery.kind === 'dropped' ? 'dropped' : delivery.reply.status;
      this.#time.note(`${call.operation} of ${maker?.submission ?? '?'}: ${status}`);
    }
    return delivery;
  }

  /** Lags of executions that are accepted from now on. */
  set(switches: Partial<Switches>): void {
    this.#commands.setSwitches(switches);
  }

  startForeign(foreign: ForeignExecution): string {
    return this.#commands.startForeignExecution(JOB, foreign).executionId;
  }

  executions(): readonly SimulatedExecution[] {
    return this.#commands.executions(JOB);
  }

  execution(id: string): SimulatedExecution | undefined {
    return this.executions().find(({ executionId }) => executionId === id);
  }

  /** Executions that the POSTs of a submission really started, in the order of acceptance. */
  startedBy(submission: string): readonly SimulatedExecution[] {
    return this.executions().filter(
      ({ executionId }) => this.makers.get(executionId)?.submission === submission,
    );
  }
}

function never(): never {
  throw new Error('the model’s clock moves by itself');
}
