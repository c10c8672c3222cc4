/** Why a call ends before its answer came. */
export type EndReason = 'aborted' | 'closed' | 'timeout';

/** What ends a call early: its caller, the closing of the client, its time limit. */
export interface Deadline {
  /** Aborts with an EndReason as its reason. */
  readonly signal: AbortSignal;
  /** From here on the caller is not listened to any more, and the time limit starts anew. */
  detachFromCaller(): void;
  /** Releases timer and listeners. */
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
