// Compiled with the workflows' settings. Each line must be an error there; the day one import, type-only or not, brings
// Node.js's or the browser's globals into workflow code, these lines stop being errors and the build fails.
export const unreachable: unknown[] = [
  // @ts-expect-error environment, exit, clock
  process,
  // @ts-expect-error bytes
  Buffer,
  // @ts-expect-error network
  fetch,
  // @ts-expect-error a timer that Temporal does not record
  setTimeout,
  // @ts-expect-error a timer that Temporal does not record
  setInterval,
  // @ts-expect-error a turn of the real event loop
  setImmediate,
  // @ts-expect-error a turn of the real event loop
  queueMicrotask,
  // @ts-expect-error printed again at each replay; `log` of @temporalio/workflow is not
  console,
  // @ts-expect-error clock
  performance,
  // @ts-expect-error randomness
  crypto,
  // @ts-expect-error cancellation that Temporal does not know
  AbortController,
  // @ts-expect-error everything at once
  global,
  // @ts-expect-error modules at run time
  require,
  // @ts-expect-error the file system's names
  __dirname,
];
