/** From what on lines are written; the SDK's own words for levels, in lower case. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogThreshold = (typeof LOG_LEVELS)[number];
