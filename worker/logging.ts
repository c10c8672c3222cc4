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

/** Attributes of the SDK that are not logged: they are useless, and take hundreds of bytes. */
const LEFT_OUT = ['taskToken'];
/** One name for the run id: the SDK uses another one for activities than for workflows. */
const RENAMED: Readonly<Record<string, string>> = { workflowRunId: 'runId' };

/**
 * A logger for the SDK's Runtime. It writes JSON lines, with `jobId`, `executionId`, `workflowId` and `runId` where
 * they are known. Lines below `threshold` are not written.
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

/**
 * Type, message, stack and cause of an error. Other properties are left out: they may hold secrets or encoded failures.
 */
function plainError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message, stack, cause } = error;
  const { type = name } = error as { readonly type?: unknown };
  return {
    ...{ type, message, stack },
    ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }),
  };
}

/** Levels of log lines: the SDK's, in lower case. */
export type LogThreshold = Lowercase<LogLevel>;

/** Adds the ids in an activity's input to its log lines, also to those that the SDK writes. */
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

/**
 * Fields of log lines by property. A workflow of the service is `remoteWorkflowId`, because `workflowId` is Temporal's.
 */
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
