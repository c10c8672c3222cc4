import type { Cancellation } from './port.js';

/** For what must be done whether or not anybody still wants the run. */
export const UNCANCELLABLE: Cancellation = {
  requested: false,
  onRequest: () => () => undefined,
  within: async (act) => await act(),
};
