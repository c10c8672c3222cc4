import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Instant } from './service-clock.js';
import type { Method } from '../operations/endpoints.js';
import type { EndReason } from './deadline.js';

/** One request, ready to be sent once. */
interface ExchangeRequest {
  readonly origin: string;
  readonly method: Method;
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly maxAnswerBytes: number;
  /** Ends the exchange; its reason is an EndReason. */
  readonly end: AbortSignal;
  /** Asked where the bytes are about to leave; `expired` keeps them off the wire. */
  readonly onLeaving: () => 'expired' | undefined;
  readonly now: () => Instant;
}

/** Status line and headers of an answer, with the moments between which the service made it. */
export interface Head {
  readonly status: number;
  /** By lower-case name; of a repeated header the first. */
  readonly headers: Readonly<Record<string, string>>;
  readonly sent: Instant;
  readonly received: Instant;
}

/** Why no whole answer came. `malformed`: what came is no HTTP. */
export interface Why {
  readonly reason: EndReason | 'expired' | 'refused' | 'oversize' | 'malformed' | 'network';
  /** Words of the network layer; foreign text. */
  readonly text: string;
  /** Code of an error of Node.js, OpenSSL or undici, e.g. `ECONNREFUSED`. */
  readonly code?: string | undefined;
}

/** How an exchange ended. `cut`: the answer began and did not come whole. */
export type Outcome =
  | { readonly kind: 'whole'; readonly head: Head; readonly body: string }
  | { readonly kind: 'cut'; readonly head: Head; readonly why: Why }
  | { readonly kind: 'none'; readonly sent: 'no' | 'maybe'; readonly why: Why };

/** Messages of failed system calls hold their code. */
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
 * The handler that undici drives. `sent` is what it saw, never what an error code suggests: undici calls
 * onRequestStart right before it writes, and an abort there leaves not one byte on the wire.
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
        // The time limit is ours alone: undici's timers are coarse and end a call at another moment.
        { origin, method, path, headers, body: body ?? null, headersTimeout: 0, bodyTimeout: 0 },
        this,
      );
    } catch (error) {
      this.#fail({ reason: 'network', ...wordsOf(error) });
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Ended: the caller knows that nothing was sent, so another start of the request would be a second request.
    if (this.#over || this.#sent !== undefined) {
      controller.abort(new Error('this call is over'));
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
    if (status < 200) return; // 100 Continue, 103 Early Hints: the answer is still to come
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
    // Before the bytes left, an answer can only be a proxy's, about its tunnel.
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

/** Sends the request once and never again; always resolves. */
export const send = (dispatcher: Dispatcher, request: ExchangeRequest): Promise<Outcome> =>
  new Promise((resolve) => {
    new Exchange(request, resolve).start(dispatcher);
  });
