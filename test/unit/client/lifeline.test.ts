import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeadline } from '../../../client/http/deadline.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function aLifeline() {
  const caller = new AbortController();
  const closing = new AbortController();
  const deadline = createDeadline({
    caller: caller.signal,
    closing: closing.signal,
    timeoutMs: 1_000,
  });
  const reason = () => (deadline.signal.aborted ? (deadline.signal.reason as unknown) : undefined);
  return { caller, closing, deadline, reason };
}

describe('createLifeline', () => {
  it('ends with the time limit', () => {
    const { reason } = aLifeline();
    vi.advanceTimersByTime(999);
    expect(reason()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(reason()).toBe('timeout');
  });

  it('ends with its caller and with the client', () => {
    const first = aLifeline();
    first.caller.abort();
    expect(first.reason()).toBe('aborted');
    const second = aLifeline();
    second.closing.abort();
    expect(second.reason()).toBe('closed');
  });

  it('is over at once when its caller has ended before', () => {
    const closing = new AbortController().signal;
    const deadline = createDeadline({ caller: AbortSignal.abort(), closing, timeoutMs: 1 });
    expect(deadline.signal.reason).toBe('aborted');
  });

  it('once cut loose, hears its caller no more and has its whole time limit again', () => {
    const { caller, deadline, reason } = aLifeline();
    vi.advanceTimersByTime(900);
    deadline.detachFromCaller();
    caller.abort();
    vi.advanceTimersByTime(999);
    expect(reason()).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(reason()).toBe('timeout');
  });

  it('leaves no timer behind when released', () => {
    const { deadline } = aLifeline();
    deadline.release();
    expect(vi.getTimerCount()).toBe(0);
  });
});
