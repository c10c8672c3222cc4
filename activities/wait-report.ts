import { activityInfo, type Info } from '@temporalio/activity';
import type {
  Reporting,
  ReportingActivity,
  ReportRequest,
  WaitReport,
} from '../contract/wait-report.js';
import { longestRestMs } from '../polling/poll-interval.js';

/** Failed attempts before the first report. Doubled for each further report. */
const ATTEMPTS_BEFORE_REPORT = 3;
/** Longest time between two reports of one wait. */
const MAX_REPORT_INTERVAL_MS = 3_600_000;
const MIN_REPORT_INTERVAL_MS = 1_000;

/**
 * Adds reports to an activity: on request, an attempt ends at once with the error that earlier attempts failed with.
 */
export const reporting = <Input extends Reporting, Output>(
  run: (input: Input) => Promise<Output | WaitReport>,
): ReportingActivity<Omit<Input, 'report'>, Output> =>
  (async (input: Input) =>
    leftToReport(input.report, activityInfo()) ?? (await run(input))) as ReportingActivity<
    Omit<Input, 'report'>,
    Output
  >;

/** The error that earlier attempts left in the heartbeat details, if it must be reported now. */
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

/** Watches whether the calls of one long attempt work. */
export interface TroubleWatch {
  /**
   * Records the result of a call; undefined: it worked. */ saw(
    lastError: string | undefined,
  ): void; /** Resolves
   * when a change must be reported. Never without a request.
   */
  readonly reported: Promise<WaitReport>;
  end(): void;
}

/**
 * The first report comes a minute (`maxPollMs`, if that is less) after calls begin to fail. Each further one, also
 * that calls work again, comes after twice that time.
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

/** As {@link TroubleWatch}, for several sources (jobs, executions) in one attempt. */
export interface SourcesWatch {
  /** Records the result of a call of a source. */
  saw(source: string, lastError: string | undefined): void;
  readonly reported: Promise<WaitReport>;
}

/** If the calls of several sources fail, the error of the one that has failed for longest is reported. */
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
