import { OPERATIONS } from '../../../simulator/operations/operation-table.js';
import type { OperationName } from '../../../simulator/operations/operation-name.js';
import type { JobScript } from '../../../simulator/job-script.js';
import type { Outcome } from '../../../simulator/outcome.js';
import { addJob, createServiceState, type ServiceState } from '../../../simulator/service-state.js';
import type { Switches } from '../../../simulator/switches.js';

/** 2026-11-21T12:00:00 in Korea. */
export const START = Date.UTC(2026, 10, 21, 3);

interface Ask {
  readonly jobId?: string;
  readonly executionId?: string;
  readonly query?: string;
  readonly body?: unknown;
}

export interface Service {
  readonly state: ServiceState;
  /** Carries an operation out, `atMs` after the start. */
  ask(operation: OperationName, ask: Ask, atMs?: number): Outcome;
  /** The body of an answer that must be good. */
  get(operation: OperationName, ask: Ask, atMs?: number): Record<string, unknown>;
  /** Starts an execution of job `j1` and gives its id. */
  execute(atMs?: number, body?: unknown): string;
}

/** The state machine alone, with one job `j1` unless others are given. */
export function aService(
  switches: Partial<Switches> = {},
  jobs: readonly JobScript[] = [{ jobId: 'j1' }],
  timeScale = 1,
): Service {
  const state = createServiceState({ seed: 1, timeScale, switches });
  for (const job of jobs) addJob(state, job, START);
  const ask: Service['ask'] = (operation, { jobId = 'j1', executionId, query, body }, atMs = 0) =>
    OPERATIONS[operation].handle(state, {
      params: new Map([
        ['jobId', jobId],
        ...(executionId ? [['executionId', executionId] as const] : []),
      ]),
      query: new URLSearchParams(query),
      body,
      now: START + atMs,
    });
  const get: Service['get'] = (operation, asked, atMs) => {
    const outcome = ask(operation, asked, atMs);
    if (outcome.kind !== 'ok') throw new Error(`${operation} came to ${JSON.stringify(outcome)}`);
    return outcome.body as Record<string, unknown>;
  };
  return {
    state,
    ask,
    get,
    execute: (atMs, body) => String(get('executeJob', { body }, atMs)['jobExecutionId']),
  };
}
