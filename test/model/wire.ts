import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { OperationName } from '../../simulator/operations/operation-name.js';
import type { Delivery, ReceivedRequest } from '../../simulator/call-flow.js';
import type { FaultEffect } from '../../simulator/fault.js';
import { dateHeader, type Reply } from '../../simulator/reply.js';
import { findRoute } from '../../simulator/route.js';
import type { Maker } from './maker.js';
import type { Owner, VirtualTime } from './virtual-time.js';

/** Course of one call, in ms. What is left out takes no time and does not fail. */
export interface CallPlan {
  /** Time of connecting: from the call until just before its bytes leave. */
  readonly connectMs?: number;
  /** No connection is made, so nothing is sent. */
  readonly unreachable?: boolean;
  /** The process freezes after the check of the permit, before the bytes are written. */
  readonly freezeMs?: number;
  /** Whether its process is stopped, or its machine sleeps. @default 'stopped' */
  readonly freezeHow?: 'stopped' | 'suspended';
  /** From writing to arrival. The request arrives even if its sender dies. */
  readonly requestMs?: number;
  /** The request never arrives. */
  readonly lostRequest?: boolean;
  /** Fault at the simulated service or its gateway. */
  readonly effect?: Exclude<FaultEffect, { readonly delayMs: number }>;
  /** Lags of the execution that it starts. */
  readonly creationLagMs?: number;
  readonly listLagMs?: number;
  readonly answerMs?: number;
  /** The answer is lost. `reset`: the connection breaks; `silent`: nothing shows. */
  readonly lostAnswer?: 'reset' | 'silent';
}

export interface WireCall {
  readonly operation: OperationName | undefined;
  readonly executionId: string | undefined;
}

/** A process with sockets. */
export interface Sender extends Owner {
  freeze(ms: number, how?: CallPlan['freezeHow']): void;
}

export interface WireEnd {
  readonly time: VirtualTime;
  readonly sender: Sender;
  readonly planOf: (call: WireCall) => CallPlan;
  /** Hands a request that has arrived to the service. */
  readonly arrive: (
    request: ReceivedRequest,
    call: WireCall,
    plan: CallPlan,
    maker: Maker | undefined,
  ) => Promise<Delivery>;
  /** Owner of the calls of the code that runs now. */
  readonly makerNow: () => Maker | undefined;
}

const RESET = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

/** Sockets between a process and the service, on the clock of the model, in place of undici. */
export function createWire(end: WireEnd): Dispatcher {
  const dispatch = (
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ): boolean => {
    new Flight(end, options, handler).connect();
    return true;
  };
  return { dispatch, destroy: () => Promise.resolve() } as unknown as Dispatcher;
}

class Flight {
  readonly #end: WireEnd;
  readonly #handler: Dispatcher.DispatchHandler;
  readonly #request: ReceivedRequest;
  readonly #call: WireCall;
  readonly #plan: CallPlan;
  readonly #maker: Maker | undefined;
  readonly #controller: Dispatcher.DispatchController;
  #isAborted = false;

  constructor(
    end: WireEnd,
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ) {
    const { method, path: url, headers, body } = options;
    const route = findRoute(method, url);
    this.#end = end;
    this.#handler = handler;
    this.#request = {
      method,
      url,
      headers: headers as IncomingHttpHeaders,
      body: typeof body === 'string' ? body : '',
    };
    this.#call = { operation: route?.operation, executionId: route?.params.get('executionId') };
    this.#plan = end.planOf(this.#call);
    this.#maker = end.makerNow();
    this.#controller = {
      abort: () => {
        this.#isAborted = true;
      },
    } as unknown as Dispatcher.DispatchController;
  }

  connect(): void {
    const { connectMs = 10, unreachable = false } = this.#plan;
    this.#atSender(connectMs, () => {
      if (this.#isAborted) return;
      if (unreachable) this.#break();
      else this.#leave();
    });
  }

  /** The permit is checked in onRequestStart. The bytes follow, also if the process sleeps in between. */
  #leave(): void {
    this.#handler.onRequestStart?.(this.#controller, {});
    if (this.#isAborted) return;
    const { freezeMs = 0, freezeHow, requestMs = 20, lostRequest = false } = this.#plan;
    if (freezeMs > 0) this.#end.sender.freeze(freezeMs, freezeHow);
    this.#atSender(0, () => {
      if (lostRequest) this.#loseAnswer();
      else {
        this.#end.time.in(requestMs, () => {
          void this.#arrive();
        });
      }
    });
  }

  async #arrive(): Promise<void> {
    const delivery = await this.#end.arrive(this.#request, this.#call, this.#plan, this.#maker);
    const reply = delivery.kind === 'dropped' ? undefined : delivery.reply;
    const headers = reply && this.#headersOf(reply);
    if (this.#plan.lostAnswer !== undefined) {
      this.#loseAnswer();
      return;
    }
    this.#atSender(this.#plan.answerMs ?? 20, () => {
      if (reply === undefined || headers === undefined) this.#break();
      else this.#answer(reply, headers, delivery.kind === 'cut');
    });
  }

  #answer(reply: Reply, headers: IncomingHttpHeaders, isCut: boolean): void {
    const body = Buffer.from(reply.text);
    this.#handler.onResponseStart?.(this.#controller, reply.status, headers);
    const part = isCut ? body.subarray(0, Math.ceil(body.length / 2)) : body;
    if (part.length > 0) this.#handler.onResponseData?.(this.#controller, part);
    if (isCut) this.#break();
    else this.#handler.onResponseEnd?.(this.#controller, {});
  }

  #loseAnswer(): void {
    if (this.#plan.lostAnswer === 'silent') return;
    this.#atSender(this.#plan.answerMs ?? 20, () => {
      this.#break();
    });
  }

  #break(): void {
    this.#handler.onResponseError?.(this.#controller, RESET());
  }

  #headersOf(reply: Reply): IncomingHttpHeaders {
    const { headers, status, text } = reply;
    const length = status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) };
    return { ...dateHeader(reply, this.#end.time.nowMs), ...length, ...headers };
  }

  #atSender(ms: number, act: () => void): void {
    this.#end.time.in(ms, act, this.#end.sender);
  }
}
