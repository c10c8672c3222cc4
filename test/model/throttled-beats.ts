import type { Owner, VirtualTime } from './virtual-time.js';

/** Throttle of the SDK: the first heartbeat is sent at once, the latest of the others later. */
export function throttled(
  time: VirtualTime,
  everyMs: number,
  worker: Owner,
  send: (details: unknown) => void,
): (details: unknown) => void {
  let nextMs = -Infinity;
  let latest: { readonly details: unknown } | undefined;
  return (details) => {
    const isWaiting = latest !== undefined;
    latest = { details };
    if (isWaiting) return;
    time.in(
      nextMs - time.nowMs,
      () => {
        nextMs = time.nowMs + everyMs;
        const sent = latest;
        latest = undefined;
        send(sent?.details);
      },
      worker,
    );
  };
}
