/** Longest time of a timer of Node.js, which fires at once for a longer one. */
export const MAX_TIMER_MS = 2_147_483_647;

export type EndReason = 'aborted' | 'closed' | 'timeout';

/** Ends a call early: on an abort of its caller, when the client is closed, or at its time limit. */
export interface Deadline {
  /** Aborts with an EndReason as its reason. */
  readonly signal: AbortSignal;
  /** From now on an abort of the caller is ignored, and the time limit starts anew. */
  detachFromCaller(): void;
  release(): void;
}

interface DeadlineOptions {
  readonly caller: AbortSignal | undefined;
  readonly closing: AbortSignal;
  readonly timeoutMs: number;
}

export function createDeadline({ caller, closing, timeoutMs }: DeadlineOptions): Deadline {
  const controller = new AbortController();
  const end = (reason: EndReason) => {
    controller.abort(reason);
  };
  const onCaller = () => {
    end('aborted');
  };
  const onClosing = () => {
    end('closed');
  };
  const startTimer = () =>
    setTimeout(() => {
      end('timeout');
    }, timeoutMs);
  let timer = startTimer();
  if (caller?.aborted === true) end('aborted');
  if (closing.aborted) end('closed');
  caller?.addEventListener('abort', onCaller);
  closing.addEventListener('abort', onClosing);
  return {
    signal: controller.signal,
    detachFromCaller: () => {
      caller?.removeEventListener('abort', onCaller);
      clearTimeout(timer);
      timer = startTimer();
    },
    release: () => {
      caller?.removeEventListener('abort', onCaller);
      closing.removeEventListener('abort', onClosing);
      clearTimeout(timer);
    },
  };
}
