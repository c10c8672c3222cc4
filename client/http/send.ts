import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Instant } from './service-clock.js';
import type { Method } from '../operations/endpoints.js';
import type { EndReason } from './deadline.js';

interface ExchangeRequest {
  readonly origin: string;
  readonly method: Method;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly maxAnswerBytes: number;
  /** Aborts with an EndReason as its reason. */
  readonly end: AbortSignal;
  /** Called just before the bytes leave. `expired`: nothing is sent. */
  readonly onLeaving: () => 'expired' | undefined;
  readonly now: () => Instant;
}

/** Status and headers of an answer, and the instants between which the service made it. */
export interface Head {
  readonly status: number;
  /** By lower-case name. Of a repeated header the first value. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sent: Instant;
  readonly received: Instant;
}

/** Why no complete answer came. `refused`: `onLeaving` threw. `malformed`: the bytes that came are not HTTP. */
export interface Why {
  readonly reason: EndReason | 'expired' | 'refused' | 'oversize' | 'malformed' | 'network';
  /** Message of the network layer; foreign text. */
  readonly text: string;
  /** Code of an error of Node.js, OpenSSL or undici, e.g. `ECONNREFUSED`. */
  readonly code?: string | undefined;
}

/** `cut`: the answer is incomplete. `none`: there is no answer. */
export type Outcome =
  | { readonly kind: 'whole'; readonly head: Head; readonly body: string }
  | { readonly kind: 'cut'; readonly head: Head; readonly why: Why }
  | { readonly kind: 'none'; readonly sent: 'no' | 'maybe'; readonly why: Why };

/** Messages of failed system calls hold their code already. */
const wordsOf = (error: unknown): Pick<Why, 'text' | 'code'> => {
  if (!(error instanceof Error)) return { text: 'unknown error' };
  const { message, code, syscall } = error as NodeJS.ErrnoException;
  const isWhole = code === undefined || (syscall !== undefined && message !== '');
  return { text: isWhole ? message : `${code} ${message}`.trim(), code };
};

const MALFORMED = new Set(['HTTPParserError', 'HeadersOverflowError', 'ResponseError']);

const flat = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name.toLowerCase(), first]];
    }),
  );

/**
 * Handler of one request for undici. `sent` is observed, never concluded from an error code: undici calls
 * onRequestStart just before it writes, and after an abort there it writes nothing.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #request: ExchangeRequest;
  readonly #resolve: (outcome: Outcome) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #sent: Instant | undefined;
  #head: Head | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #over = false;

  constructor(request: ExchangeRequest, resolve: (outcome: Outcome) => void) {
    this.#request = request;
    this.#resolve = resolve;
  }

  start(dispatcher: Dispatcher): void {
    const { origin, method, path, headers, body, end } = this.#request;
    if (end.aborted) {
      this.#onEnd();
      return;
    }
    end.addEventListener('abort', this.#onEnd);
    try {
      dispatcher.dispatch(
        // undici's timers are off: they are coarse and would end a call at another time.
        { origin, method, path, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 },
        this,
      );
    } catch (error) {
      this.#fail({ reason: 'network', ...wordsOf(error) });
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // undici starts the request again. If it ended, its caller was told that nothing was sent; otherwise this would
    // be a second request.
    if (this.#over || this.#sent !== undefined) {
      controller.abort(new Error('the call has ended'));
      return;
    }
    this.#controller = controller;
    try {
      if (this.#request.onLeaving() === 'expired') this.#fail({ reason: 'expired', text: '' });
      else this.#sent = this.#request.now();
    } catch (error) {
      this.#fail({ reason: 'refused', ...wordsOf(error) });
    }
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return; // 100 Continue, 103 Early Hints: the answer follows
    const received = this.#request.now();
    this.#controller ??= controller;
    this.#head = { status, headers: flat(headers), sent: this.#sent ?? received, received };
    if (Number(this.#head.headers['content-length'] ?? 0) > this.#request.maxAnswerBytes)
      this.#fail({ reason: 'oversize', text: '' });
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    this.#bytes += chunk.length;
    if (this.#bytes > this.#request.maxAnswerBytes) this.#fail({ reason: 'oversize', text: '' });
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#head === undefined)
      this.#fail({ reason: 'malformed', text: 'an end without a start' });
    else this.#settle({ kind: 'whole', head: this.#head, body: this.#text() });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    // Before the bytes left only a proxy can have answered, about its tunnel.
    const isAnswer = this.#sent !== undefined;
    const reason = isAnswer && MALFORMED.has(error.name) ? 'malformed' : 'network';
    this.#fail({ reason, ...wordsOf(error) });
  }

  readonly #onEnd = (): void => {
    this.#fail({ reason: this.#request.end.reason as EndReason, text: '' });
  };

  #text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#chunks));
  }

  #fail(why: Why): void {
    if (this.#over) return;
    if (this.#head !== undefined) this.#settle({ kind: 'cut', head: this.#head, why });
    else this.#settle({ kind: 'none', sent: this.#sent === undefined ? 'no' : 'maybe', why });
    this.#controller?.abort(new Error(`the call ended: ${why.reason}`));
  }

  #settle(outcome: Outcome): void {
    if (this.#over) return;
    this.#over = true;
    this.#chunks = [];
    this.#request.end.removeEventListener('abort', this.#onEnd);
    this.#resolve(outcome);
  }
}

/** Sends the request once. Never rejects. */
export const send = (dispatcher: Dispatcher, request: ExchangeRequest): Promise<Outcome> =>
  new Promise((resolve) => {
    new Exchange(request, resolve).start(dispatcher);
  });
