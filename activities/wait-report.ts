import { activityInfo, type Info } from '@temporalio/activity';
import type {
  Reporting,
  ReportingActivity,
  ReportRequest,
  WaitReport,
} from '../contract/wait-report.js';
import { longestRestMs } from '../polling/poll-interval.js';

/** Failed attempts before the first report; doubled for each further report. */
const ATTEMPTS_BEFORE_REPORT = 3;
/** Longest time between two reports of one wait. */
const MAX_REPORT_INTERVAL_MS = 3_600_000;
const MIN_REPORT_INTERVAL_MS = 1_000;

/** An activity that reports, when asked to, what its attempts fail with: here a new attempt says it before it begins. */
export const reporting = <Input extends Reporting, Output>(
  run: (input: Input) => Promise<Output | WaitReport>,
): ReportingActivity<Omit<Input, 'report'>, Output> =>
  (async (input: Input) =>
    leftToReport(input.report, activityInfo()) ?? (await run(input))) as ReportingActivity<
    Omit<Input, 'report'>,
    Output
  >;

/** The failure that earlier attempts left in the heartbeat details, if it should be reported now. */
function leftToReport(
  request: ReportRequest | undefined,
  { attempt, heartbeatDetails }: Pick<Info, 'attempt' | 'heartbeatDetails'>,
): WaitReport | undefined {
  if (request === undefined || attempt <= ATTEMPTS_BEFORE_REPORT * 2 ** request.times)
    return undefined;
  const { lastError, status } = (heartbeatDetails ?? {}) as WaitReport['report'];
  return lastError === undefined || lastError === request.told
    ? undefined
    : { report: { lastError, ...(status !== undefined && { status }) } };
}

/** Watches whether the calls of one attempt that stays for long work. */
export interface TroubleWatch {
  /** Result of the latest call. */
  saw(lastError: string | undefined): void;
  /** Resolves when there has been something else to report for a while. Never without a request. */
  readonly reported: Promise<WaitReport>;
  /** Releases its timer. */
  end(): void;
}

/**
 * The first report is made a minute (`maxPollMs`, where that is less) after calls begin to fail, each further one twice as
 * long after the change that it reports: also that calls work again.
 */
export function watchTrouble(request: ReportRequest | undefined, maxPollMs: number): TroubleWatch {
  let latest = request?.told;
  let timer: NodeJS.Timeout | undefined;
  let resolve: (report: WaitReport) => void = () => undefined;
  const reported = new Promise<WaitReport>((settle) => {
    resolve = settle;
  });
  const report = (): void => {
    timer = undefined;
    if (latest === request?.told) return;
    resolve({ report: latest === undefined ? {} : { lastError: latest } });
  };
  return {
    saw: (lastError) => {
      latest = lastError;
      if (request === undefined || latest === request.told) return;
      const leastMs =
        Math.max(longestRestMs({ maxPollMs }), MIN_REPORT_INTERVAL_MS) * 2 ** request.times;
      timer ??= setTimeout(report, Math.min(leastMs, MAX_REPORT_INTERVAL_MS));
    },
    reported,
    end: () => {
      clearTimeout(timer);
    },
  };
}

/** Calls of several sources (jobs, executions) within one attempt. */
export interface SourcesWatch {
  /** Result of the latest call of a source. */
  saw(source: string, lastError: string | undefined): void;
  readonly reported: Promise<WaitReport>;
}

/** While the calls of several sources fail, the error of the one that has failed for longest is reported. */
export function watchSources(trouble: TroubleWatch): SourcesWatch {
  const errors = new Map<string, string>();
  return {
    reported: trouble.reported,
    saw: (source, lastError) => {
      if (lastError === undefined) errors.delete(source);
      else errors.set(source, lastError);
      const [first] = errors.values();
      trouble.saw(first);
    },
  };
}
