import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import { pino } from 'pino';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';

const PINO_LEVEL = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
} as const satisfies Record<LogLevel, LogThreshold>;

/** SDK attributes without use: hundreds of bytes in each line. */
const LEFT_OUT = ['taskToken'];
/** Unifies names: workflows and activities of the SDK name the run differently. */
const RENAMED: Readonly<Record<string, string>> = { workflowRunId: 'runId' };

/**
 * A logger for the SDK's Runtime: one JSON line each, with `jobId`, `executionId`, `workflowId` and `runId` where the line
 * is about one. Below `threshold` nothing is written.
 */
export function createJsonLogger(
  threshold: LogThreshold,
  destination: { write(line: string): void },
): Logger {
  const json = pino(
    {
      level: threshold,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      messageKey: 'message',
      serializers: { error: plainError },
    },
    destination,
  );
  const log = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    json[PINO_LEVEL[level]](fieldsOf(meta), message);
  };
  const at =
    (level: LogLevel) =>
    (message: string, meta?: LogMetadata): void => {
      log(level, message, meta);
    };
  return {
    ...{ log, trace: at('TRACE'), debug: at('DEBUG'), info: at('INFO') },
    ...{ warn: at('WARN'), error: at('ERROR') },
  };
}

const fieldsOf = (meta: LogMetadata): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(meta)
      .filter(([name]) => !LEFT_OUT.includes(name))
      .map(([name, value]) => [RENAMED[name] ?? name, value]),
  );

/** Type, message and stack only: other properties of an error may hold anything, encoded failures included. */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const { type = name } = error as { readonly type?: unknown };
  return {
    ...{ type, message, stack },
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
}

/** Lowest level that is written; the SDK's names of levels, in lower case. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;
export type LogThreshold = (typeof LOG_LEVELS)[number];

/** Adds the ids of an activity to every log line from it, including the SDK's. */
export const logIds: ActivityInterceptorsFactory = () => {
  let ids: Readonly<Record<string, string>> = {};
  return {
    inbound: {
      execute: (input, next) => {
        ids = idsOf(input.args[0]);
        return next(input);
      },
    },
    outbound: { getLogAttributes: (input, next) => next({ ...input, ...ids }) },
  };
};

/** A workflow of the service has another name here: `workflowId` is Temporal's in a log. */
const NAMES = {
  ...{ profile: 'profile', jobId: 'jobId', executionId: 'executionId', triggerId: 'triggerId' },
  workflowId: 'remoteWorkflowId',
} as const;

/** The ids in an activity's input. */
export function idsOf(input: unknown): Readonly<Record<string, string>> {
  const members = (input ?? {}) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(NAMES).flatMap(([name, logged]) => {
      const id = members[name];
      return typeof id === 'string' && id.length <= 100 ? [[logged, id]] : [];
    }),
  );
}
