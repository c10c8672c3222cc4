/**
 * One switch for each thing the documentation leaves open (docs/dataflow-api/NOTES.md §6). Durations are ms,
 * divided by `timeScale`.
 */
export interface Switches {
  /** Answer to executeJob at maxConcurrentRuns; 'queue' accepts it as READY until a place is free. */
  readonly overLimit: 'bad-state' | 'queue' | '429';
  /** For jobs that say nothing about maxConcurrentRuns. */
  readonly defaultMaxConcurrentRuns: number;
  /** What an execution past its jobCondition.timeout becomes. */
  readonly timeoutOutcome: 'FAILED' | 'CANCELED';
  /** From an accepted cancel to CANCELED; an end within it wins. */
  readonly cancelLatencyMs: number;
  /** Answer to a cancel of a finished execution. */
  readonly cancelOnTerminal: 'true' | 'bad-state';
  /** False: the gateway does not know cancelJobExecution, as before 2026-09 (gateway code 300). */
  readonly cancelSupported: boolean;
  /** Meaning of `count` in a list. */
  readonly count: 'total' | 'page';
  readonly listOrder: 'newest' | 'oldest';
  /** By what lists of executions are ordered; what has no startDate or endDate yet comes last. */
  readonly listedBy: 'created' | 'start' | 'end';
  /** Most rows on a page of executions, whatever `limit` asks for and the answer says. Null: as many as asked for. */
  readonly pageCap: number | null;
  /** True: a page of executions has its first row in place of its last as well. */
  readonly repeatedRows: boolean;
  /** 'absent': lists leave out executions that are READY, which `count` counts. */
  readonly readyInLists: 'shown' | 'absent';
  /** Run settings' parameters in lists; by id they are whole. 'masked': every value is stars, 'cut': 32 characters of it. */
  readonly listedParameters: 'whole' | 'masked' | 'cut' | 'empty' | 'null';
  /** How an on-demand execution is shown: with triggerId MANUAL, with type WORKFLOW, or in lists with neither member. */
  readonly onDemandShown: 'plain' | 'trigger-MANUAL' | 'type-WORKFLOW' | 'absent-in-lists';
  /** 'once': after the first listing that shows an execution none does, nor counts it. */
  readonly listedFor: 'always' | 'once';
  /** 'none': milliseconds and no offset, as in the examples of 2023; 'minutes': cut to them; 'utc': UTC without offset. */
  readonly dateStyle: '+09:00' | 'none' | 'minutes' | 'utc';
  /**
   * How far the gateway's clock is ahead of the one that dates executions: they are different machines. The gateway
   * dates answers (header `Date`) and checks the age of signatures. May be negative.
   */
  readonly gatewayAheadMs: number;
  /** 'absent': no answer has a `Date` header. */
  readonly dateHeader: 'sent' | 'absent';
  /** Share of answers, 0 to 1, whose `Date` is off by `strayDateMs`: one gateway of several, or a copy from a cache. */
  readonly strayDates: number;
  /** May be negative. */
  readonly strayDateMs: number;
  /** From acceptance to creation; createdDate is the creation. */
  readonly creationLagMs: number;
  /** From creation until an execution is shown: in lists, by id, and to a cancel. */
  readonly listLagMs: number;
  /** How far lastExecutionStatus and lastExecutionDate of getJobs lie behind. */
  readonly lastExecutionLagMs: number;
  /** Members missing from a sent jobCondition: the stored ones, those of a new job, or 400 as before 2026-09. */
  readonly partialJobCondition: 'stored' | 'defaults' | '400';
  /** 'changed': executions show another numWorker, a clamped timeout and members nobody sent; 'texts': numbers as text; 'merged': parameters in another order, beside one of the service. */
  readonly echoJobCondition: 'faithful' | 'changed' | 'texts' | 'merged';
  /** True: a fault that answers executeJob with 429 lets the request through to the service. */
  readonly throttledExecuteStarts: boolean;
  /** Greatest distance of a signature's timestamp from the clock, both ways; null checks none. */
  readonly maxSignatureAgeMs: number | null;
  /** 'gateway': service errors come in the gateway's body too, as on the pages of 2025. */
  readonly errorBodies: 'both' | 'gateway';
  /** What getJobById calls the stored run settings. */
  readonly detailName: 'runCondition' | 'jobCondition';
  /** Answer to createJob, createWorkflow and createTrigger; 201 is printed in 2023 only, and for createJob only. */
  readonly createStatus: 201 | 200;
  /** 'works': the gateway still knows PUT updateJob, the method until 2026-08; else gateway code 300. */
  readonly putUpdateJob: '404' | 'works';
  /** Answer to deleteJob while an execution is not finished; 'true' deletes the job and lets the execution go on unseen. */
  readonly deleteBusyJob: 'true' | 'bad-state';
  /** Last part of the path of getExecutionTimes: the one probed in 2026-10, the one every page prints, or either. */
  readonly timesPath: 'execution-times' | 'executions-times' | 'both';
  /** 'twice': something on the way hands each executeJob on twice, and gives back the second answer. */
  readonly startsArrive: 'once' | 'twice';
  /** What executeJob says that it started: the new execution, the job's oldest one, or an id that no path takes. */
  readonly startAnswer: 'its-id' | 'oldest-id' | 'odd-id';
  /** '404': an execution that is READY is not found by id, although lists show it. */
  readonly readyById: 'shown' | '404';
  /** Answer to a cancel of an execution that is READY; unless 'true' the cancel has no effect. */
  readonly cancelOnReady: 'true' | 'bad-state' | '404';
  /** For so long from its start an execution is shown as FAILED, then as RUNNING. */
  readonly shownFailedMs: number;
  /** Whether an execution names its job. */
  readonly executionJobId: 'shown' | 'absent';
  /** True: each list of executions begins with a row that names none. */
  readonly oddRow: boolean;
  /** Signed calls that the gateway admits within a second of its clock; one more is answered 429, code 410. Null admits all. */
  readonly callsPerSecond: number | null;
}

/** What is documented, else what the notes infer. */
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
