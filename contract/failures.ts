import { own } from './own.js';
import type { FailedStep } from './pipeline-run.js';

/**
 * The failure table (docs/design.md, Errors): which codes of the service mean which failure, whether Temporal retries the
 * activity, and what the reader of the failure should do. Wire format: released types are never renamed.
 */
interface FailureRow {
  /** Whether Temporal repeats the activity. `few`: at most three attempts. */
  readonly retry: 'no' | 'few' | 'yes';
  readonly remedy: string;
}

export const FAILURES = {
  DataFlowBadParameter: {
    retry: 'no',
    remedy: 'Correct the request: the service refused a value (bad-parameter, gateway 100 or 430).',
  },
  DataFlowBadState: {
    retry: 'no',
    remedy:
      'The job cannot be started in its present state: another execution runs, or it is a draft or being edited. ' +
      "Use onBusy: 'wait' or 'join' for a busy job; finish the edit for a draft.",
  },
  DataFlowNotFound: {
    retry: 'no',
    remedy: 'Check the id, and that the profile belongs to the account that owns it.',
  },
  DataFlowPathUnknown: {
    retry: 'no',
    remedy:
      'The gateway does not know the path (code 300): check the base URL. Older generations of the API lack some operations.',
  },
  DataFlowLinkedRequestFailed: {
    retry: 'few',
    remedy:
      'A product that Data Flow uses failed to answer. Check the status of that product, then run again.',
  },
  DataFlowLinkedResourceNotFound: {
    retry: 'no',
    remedy: 'Create or correct the bucket, table or role that the job names.',
  },
  DataFlowLinkedUnauthorized: {
    retry: 'no',
    remedy: 'Give the role of the job the right on the linked product.',
  },
  DataFlowUnauthenticated: {
    retry: 'no',
    remedy:
      'Check access key, secret key and the clock of the worker (at most five minutes off); temporary keys may have expired.',
  },
  DataFlowForbidden: {
    retry: 'no',
    remedy: 'Give the sub account of the access key the right to use Data Flow.',
  },
  DataFlowThrottled: {
    retry: 'yes',
    remedy:
      'Nothing to do: it is repeated later. If it lasts, lower callsPerSecond of the profile.',
  },
  DataFlowUnavailable: {
    retry: 'yes',
    remedy:
      'Nothing to do: it is repeated. If it lasts, check base URL, network, proxy and the status of the service.',
  },
  DataFlowCertificateRejected: {
    retry: 'yes',
    remedy:
      'Unknown issuer: name the certificates of your company with caFile (DATAFLOW_CA_FILE). Expired or not yet valid: have ' +
      'it renewed, and check the clock of this machine. Another name: check the base URL. It is repeated meanwhile.',
  },
  DataFlowProtocolError: {
    retry: 'few',
    remedy:
      'The answer could not be read. Check base URL and proxy; report it with the text above.',
  },
  DataFlowOutcomeUnknown: {
    retry: 'no',
    remedy: 'The request may have been carried out. Look in the service before you repeat it.',
  },
  DataFlowSubmissionUnknown: {
    retry: 'no',
    remedy:
      'The start may have been accepted. The workflow looks for it; a caller of the activity must do so too.',
  },
  DataFlowNotSent: {
    retry: 'no',
    remedy: 'Nothing was started. The workflow takes a fresh permit and tries again.',
  },
  DataFlowSubmissionAmbiguous: {
    retry: 'no',
    remedy:
      'Look at the candidates in the service: the start may have made one of them, or none. ' +
      "Use onAmbiguous: 'hold' to be asked, runKeyParameter or exclusive to make matches exact.",
  },
  DataFlowExecutionFailed: {
    retry: 'no',
    remedy:
      "Read the Spark log under the execution's logPath; then correct job or data and run again.",
  },
  DataFlowExecutionCanceled: {
    retry: 'no',
    remedy: 'Somebody canceled it in the console or by the API; run again if that was not meant.',
  },
  DataFlowDeadlineExceeded: {
    retry: 'no',
    remedy:
      'Find out why the job waited or ran for so long; allow more runTimeout, or more timeout of the job.',
  },
  DataFlowPipelineFailed: {
    retry: 'no',
    remedy:
      'Repair what made the named steps fail, then rerun the pipeline from its failed steps. ' +
      'With onFailure: hold a failed run stays open, and a step of it can be retried.',
  },
  DataFlowUnknownProfile: {
    retry: 'no',
    remedy: 'Name a profile that the worker was given, or add it to the plugin of that worker.',
  },
  DataFlowInvalidInput: {
    retry: 'no',
    remedy: 'Correct the input; nothing was sent.',
  },
} as const satisfies Record<string, FailureRow>;

/** Remedies for failures of a workflow of the service, which has other options than a job. */
const WORKFLOW_REMEDIES: Readonly<Partial<Record<FailureType, string>>> = {
  DataFlowBadState:
    'The workflow cannot be started or changed in its present state: another run of it goes on, it is a draft or starts by ' +
    'schedule, or a job or trigger of it was deleted. Check it with getWorkflowById, correct it, then start it again.',
  DataFlowSubmissionAmbiguous:
    'Look at the candidates and at the newest executions of its jobs in the service: the start may have made them, or ' +
    'somebody else, or it made none. Stop there what must not run; then start the workflow again.',
};

export const remedyOf = (
  type: FailureType,
  { call, workflowId }: { readonly call?: string; readonly workflowId?: string | undefined },
): string =>
  (workflowId !== undefined || call?.endsWith('Workflow') === true
    ? WORKFLOW_REMEDIES[type]
    : undefined) ?? FAILURES[type].remedy;

/** `type` of the ApplicationFailure that a workflow or client sees. */
export type FailureType = keyof typeof FAILURES;

/** The job or execution does not exist, or the request is invalid: no repetition helps. */
const PERMANENT: readonly (FailureType | undefined)[] = [
  'DataFlowNotFound',
  'DataFlowBadParameter',
  'DataFlowInvalidInput',
];

export const isPermanent = ({ failure }: { readonly failure: FailureType | undefined }): boolean =>
  PERMANENT.includes(failure);

export const isFailureType = (text: unknown): text is FailureType =>
  typeof text === 'string' && Object.hasOwn(FAILURES, text);

/** Which failure a code of the service means (NOTES §4, §5.9). Codes with a suffix are looked up by what precedes the slash. */
export const BY_ERROR_TYPE: Readonly<Record<string, FailureType>> = {
  'bad-parameter': 'DataFlowBadParameter',
  'bad-state': 'DataFlowBadState',
  'client-request-failed': 'DataFlowLinkedRequestFailed',
  'client-resource-not-found': 'DataFlowLinkedResourceNotFound',
  'client-unauthorized': 'DataFlowLinkedUnauthorized',
  'resource-not-found': 'DataFlowNotFound',
  'unknown-resource-action': 'DataFlowUnavailable',
};
/** Which failure a code of the API gateway means (NOTES §4). */
export const BY_GATEWAY_CODE: Readonly<Record<string, FailureType>> = {
  '100': 'DataFlowBadParameter',
  '200': 'DataFlowUnauthenticated',
  '210': 'DataFlowForbidden',
  '230': 'DataFlowForbidden',
  '300': 'DataFlowPathUnknown',
  '400': 'DataFlowThrottled',
  '410': 'DataFlowThrottled',
  '420': 'DataFlowThrottled',
  '430': 'DataFlowBadParameter',
  '500': 'DataFlowUnavailable',
  '510': 'DataFlowUnavailable',
  '900': 'DataFlowUnavailable',
};
/** Failure by HTTP status, where the error body has a code that no page names. */
const BY_STATUS: Readonly<Record<number, FailureType>> = {
  401: 'DataFlowUnauthenticated',
  403: 'DataFlowForbidden',
  404: 'DataFlowUnavailable',
  408: 'DataFlowUnavailable',
  409: 'DataFlowUnavailable',
  425: 'DataFlowUnavailable',
};

/** `errorType` is from the service's own error body, `errorCode` from the gateway's. */
export interface ErrorCodes {
  readonly status: number;
  readonly errorType?: string;
  readonly errorCode?: string;
  readonly message?: string;
}

/**
 * Failure type of an error answer: by its code; by its status where the code is unknown. An answer without a code was
 * written by an intermediary (proxy, firewall, load balancer): it says nothing about the resource or the request, so
 * it is DataFlowUnavailable whatever its status, except that a 429 without a known code is DataFlowThrottled.
 */
export function classify({ status, errorType, errorCode, message }: ErrorCodes): FailureType {
  // Recognised by its text: no page names a code for this answer.
  if (/no valid member exists of given member number/i.test(message ?? ''))
    return 'DataFlowForbidden';
  const known =
    own(BY_ERROR_TYPE, errorType?.split('/', 1)[0] ?? '') ?? own(BY_GATEWAY_CODE, errorCode ?? '');
  if (known !== undefined) return known;
  if (status === 429) return 'DataFlowThrottled';
  if ((errorType ?? errorCode) === undefined || status < 400 || status >= 500)
    return 'DataFlowUnavailable';
  return BY_STATUS[status] ?? 'DataFlowBadParameter';
}

/** Details of every failure that leaves an activity or workflow: small, plain JSON, free of secrets. */
export interface FailureDetails {
  /** Operation that was called, e.g. `executeJob`. */
  readonly call?: string;
  /** HTTP status of the answer. */
  readonly status?: number;
  /** errorType or errorCode as the service gave it. */
  readonly code?: string;
  readonly jobId?: string;
  readonly executionId?: string;
  /** Where the service puts the Spark log of the execution (its jobCondition), at most 300 characters of it. */
  readonly logPath?: string;
  /** A workflow of the service. */
  readonly workflowId?: string;
  readonly triggerId?: string;
  readonly pipeline?: string;
  /** The first of the steps that failed. */
  readonly failed?: readonly FailedStep[];
  /** Executions that a run of a remote workflow has started, as far as they are known. */
  readonly executions?: readonly {
    readonly jobId: string;
    readonly executionId: string;
    readonly status: string;
  }[];
  readonly remedy: string;
  /** Executions that a start with an unknown outcome may have created. */
  readonly candidates?: readonly string[];
  /** Further executions that are probably ours too (late duplicates). */
  readonly duplicates?: readonly string[];
  /** What could not be found out, with what to check. */
  readonly unknown?: string;
  /** Milliseconds that the answer asked to wait (Retry-After), at most a minute. */
  readonly retryAfterMs?: number;
}
