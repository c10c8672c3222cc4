/**
 * One switch for each fact that the documentation leaves open (docs/dataflow-api/NOTES.md §6). Durations are ms,
 * divided by `timeScale`.
 */
export interface Switches {
  /** Answer to executeJob at maxConcurrentRuns. `queue`: accepted, and READY until the job is below its limit. */
  readonly overLimit: 'bad-state' | 'queue' | '429';
  /** maxConcurrentRuns of jobs that do not set it. */
  readonly defaultMaxConcurrentRuns: number;
  /** Status of an execution after its jobCondition.timeout. */
  readonly timeoutOutcome: 'FAILED' | 'CANCELED';
  /** From an accepted cancel to CANCELED. An end within this time wins. */
  readonly cancelLatencyMs: number;
  /** Answer to a cancel of a finished execution. */
  readonly cancelOnTerminal: 'true' | 'bad-state';
  /** False: the gateway does not know cancelJobExecution, as before 2026-09 (gateway code 300). */
  readonly cancelSupported: boolean;
  /** Meaning of `count` in a list. */
  readonly count: 'total' | 'page';
  readonly listOrder: 'newest' | 'oldest';
  /** Order of lists of executions. Those without the date come last. */
  readonly listedBy: 'created' | 'start' | 'end';
  /** Most rows on a page of executions, whatever `limit` is. Null: as many as asked for. */
  readonly pageCap: number | null;
  /** True: the first row of a page of executions also replaces the last one. */
  readonly repeatedRows: boolean;
  /** `absent`: lists leave out executions in READY; `count` includes them. */
  readonly readyInLists: 'shown' | 'absent';
  /**
   * Parameters of run settings in lists; by id they are complete. `masked`: stars in place of values; `cut`: 32
   * characters of each.
   */
  readonly listedParameters: 'whole' | 'masked' | 'cut' | 'empty' | 'null';
  /** How executions of executeJob are shown: with triggerId MANUAL, with type WORKFLOW, or in lists without both. */
  readonly onDemandShown: 'plain' | 'trigger-MANUAL' | 'type-WORKFLOW' | 'absent-in-lists';
  /** `once`: only one listing shows an execution; later ones do not count it either. */
  readonly listedFor: 'always' | 'once';
  /**
   * `none`: milliseconds and no offset, as in the examples of 2023; `minutes`: cut to minutes; `utc`: UTC without
   * offset.
   */
  readonly dateStyle: '+09:00' | 'none' | 'minutes' | 'utc';
  /**
   * How far the gateway's clock is ahead of the one that dates executions. May be negative. The gateway dates answers
   * (header `Date`) and checks the age of signatures.
   */
  readonly gatewayAheadMs: number;
  readonly dateHeader: 'sent' | 'absent';
  /** Share of answers, 0 to 1, whose `Date` is off by `strayDateMs`: one gateway of several, or a copy from a cache. */
  readonly strayDates: number;
  /** May be negative. */
  readonly strayDateMs: number;
  /** From acceptance to creation (createdDate). */
  readonly creationLagMs: number;
  /** From creation until an execution is shown: in lists, by id, and to a cancel. */
  readonly listLagMs: number;
  /** How far lastExecutionStatus and lastExecutionDate of getJobs are out of date. */
  readonly lastExecutionLagMs: number;
  /**
   * Values of properties that a sent jobCondition lacks: the stored ones, those of a new job, or the answer 400 as
   * before 2026-09.
   */
  readonly partialJobCondition: 'stored' | 'defaults' | '400';
  /**
   * How executions show their run settings. `changed`: another numWorker, a clamped timeout, and properties that were
   * not sent; `texts`: numbers as strings; `merged`: parameters in another order, with one of the service.
   */
  readonly echoJobCondition: 'faithful' | 'changed' | 'texts' | 'merged';
  /** True: under a fault that answers executeJob with 429 the request is carried out. */
  readonly throttledExecuteStarts: boolean;
  /** Largest difference between the date of a signature and the clock, both ways; null: not checked. */
  readonly maxSignatureAgeMs: number | null;
  /** `gateway`: errors of the service have the form of the gateway's body, as on the pages of 2025. */
  readonly errorBodies: 'both' | 'gateway';
  /** Name of the stored run settings in getJobById. */
  readonly detailName: 'runCondition' | 'jobCondition';
  /** Status of createJob, createWorkflow and createTrigger. 201 is documented in 2023 only, for createJob only. */
  readonly createStatus: 201 | 200;
  /** `works`: the gateway still knows PUT updateJob, the method until 2026-08. Otherwise it answers code 300. */
  readonly putUpdateJob: '404' | 'works';
  /** Answer to deleteJob while an execution runs. `true`: the job is deleted, and no call can read the execution. */
  readonly deleteBusyJob: 'true' | 'bad-state';
  /** Last part of the path of getExecutionTimes: the one that worked in 2026-10, the documented one, or both. */
  readonly timesPath: 'execution-times' | 'executions-times' | 'both';
  /** `twice`: an intermediary sends each executeJob twice, and returns the second answer. */
  readonly startsArrive: 'once' | 'twice';
  /**
   * Id in the answer of executeJob: of the new execution, of the oldest one of the job, or one that no path accepts.
   */
  readonly startAnswer: 'its-id' | 'oldest-id' | 'odd-id';
  /** `404`: an execution in READY is not found by id, although lists show it. */
  readonly readyById: 'shown' | '404';
  /** Answer to a cancel of an execution in READY. Unless `true` the cancel has no effect. */
  readonly cancelOnReady: 'true' | 'bad-state' | '404';
  /** Time from its start during which an execution is shown as FAILED, and then as RUNNING. */
  readonly shownFailedMs: number;
  /** Whether an execution names its job. */
  readonly executionJobId: 'shown' | 'absent';
  /** True: each list of executions begins with a row without an id. */
  readonly oddRow: boolean;
  /** Most calls within a second. Further ones are answered 429, code 410. Null: no limit. */
  readonly callsPerSecond: number | null;
}

/** The documented behaviour, or what the notes infer. */
export const DEFAULT_SWITCHES: Switches = {
  overLimit: 'bad-state',
  defaultMaxConcurrentRuns: 1,
  timeoutOutcome: 'FAILED',
  cancelLatencyMs: 0,
  cancelOnTerminal: 'true',
  cancelSupported: true,
  count: 'total',
  listOrder: 'newest',
  listedBy: 'created',
  pageCap: null,
  repeatedRows: false,
  readyInLists: 'shown',
  listedParameters: 'whole',
  onDemandShown: 'plain',
  listedFor: 'always',
  dateStyle: '+09:00',
  gatewayAheadMs: 0,
  dateHeader: 'sent',
  strayDates: 0,
  strayDateMs: 60_000,
  creationLagMs: 0,
  listLagMs: 0,
  lastExecutionLagMs: 0,
  partialJobCondition: 'stored',
  echoJobCondition: 'faithful',
  throttledExecuteStarts: false,
  maxSignatureAgeMs: 300_000,
  errorBodies: 'both',
  detailName: 'runCondition',
  createStatus: 201,
  putUpdateJob: '404',
  deleteBusyJob: 'true',
  timesPath: 'execution-times',
  startsArrive: 'once',
  startAnswer: 'its-id',
  readyById: 'shown',
  cancelOnReady: 'true',
  shownFailedMs: 0,
  executionJobId: 'shown',
  oddRow: false,
  callsPerSecond: null,
};
