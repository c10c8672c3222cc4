import type { FailureType } from '../contract/failures.js';

/** Exit codes; each has one meaning in all commands. After a release they must not be renumbered. */
export const EXIT_CODES = {
  ok: { code: 0, means: 'done; doctor: no problem' },
  unexpected: { code: 1, means: 'an error that no other code names, or an unreadable answer' },
  invalid: { code: 2, means: 'command line, configuration or input refused; nothing was done' },
  unreachable: { code: 3, means: 'Temporal or the service cannot be reached, or asks to wait' },
  failed: { code: 4, means: 'the execution, or the workflow around it, failed' },
  canceled: { code: 5, means: 'the execution or the run was canceled' },
  'timed-out': { code: 6, means: 'the run reached its time limit' },
  unauthorised: { code: 7, means: 'no keys, wrong keys, a wrong clock, or a missing right' },
  unknown: { code: 8, means: 'something may have been started or left running: check first' },
  refused: { code: 9, means: 'not possible in the present state: a busy job, a draft, a taken id' },
  'not-found': { code: 10, means: 'no such job, execution, workflow or schedule' },
  detached: { code: 130, means: 'Ctrl-C; a run that was being watched goes on' },
} as const satisfies Record<string, { readonly code: number; readonly means: string }>;

export type ExitName = keyof typeof EXIT_CODES;

/** The exit code of each failure. */
export const EXIT_OF_FAILURE: Readonly<Record<FailureType, ExitName>> = {
  DataFlowBadParameter: 'invalid',
  DataFlowBadState: 'refused',
  DataFlowNotFound: 'not-found',
  DataFlowPathUnknown: 'unreachable',
  DataFlowLinkedRequestFailed: 'unreachable',
  DataFlowLinkedResourceNotFound: 'not-found',
  DataFlowLinkedUnauthorized: 'unauthorised',
  DataFlowUnauthenticated: 'unauthorised',
  DataFlowForbidden: 'unauthorised',
  DataFlowThrottled: 'unreachable',
  DataFlowUnavailable: 'unreachable',
  DataFlowCertificateRejected: 'unreachable',
  DataFlowProtocolError: 'unexpected',
  DataFlowOutcomeUnknown: 'unknown',
  DataFlowSubmissionUnknown: 'unknown',
  DataFlowNotSent: 'unreachable',
  DataFlowSubmissionAmbiguous: 'unknown',
  DataFlowExecutionFailed: 'failed',
  DataFlowExecutionCanceled: 'canceled',
  DataFlowDeadlineExceeded: 'timed-out',
  DataFlowPipelineFailed: 'failed',
  DataFlowUnknownProfile: 'invalid',
  DataFlowInvalidInput: 'invalid',
};

/** The exit code of a workflow that ended without such a failure. */
export const EXIT_OF_OUTCOME = {
  completed: 'ok',
  failed: 'failed',
  canceled: 'canceled',
  // Terminated or timed out by the server: no code of the workflow runs then, and what it had started goes on.
  terminated: 'unknown',
  'timed-out': 'unknown',
} as const satisfies Record<string, ExitName>;

/** The table as `dataflow --help` shows it. */
export const exitCodesHelp = (): string =>
  [
    'Exit codes:',
    ...Object.values(EXIT_CODES).map(({ code, means }) => `  ${String(code).padEnd(5)}${means}`),
  ].join('\n');
