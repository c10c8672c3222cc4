/**
 * Lifts the dev server's own pace of some 20 hops a second, which makes a step of a workflow take 190 ms where 40 will
 * do. Measurements made with it must say so.
 */
export const FAST_DEV_SERVER: readonly string[] = ['transfer', 'timer', 'visibility'].flatMap(
  (queue) => ['--dynamic-config-value', `history.${queue}ProcessorMaxPollRPS=10000`],
);
