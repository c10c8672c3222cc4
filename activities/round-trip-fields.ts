import { dateMs, type JobCondition, type JobExecution } from '../contract/job.js';
import { isRunKey } from '../contract/run-key.js';

/**
 * What this process has observed of how the service shows executions. Only an observation can prove that an execution
 * is not ours: the documentation does not say what is masked, cut or left out.
 */
export interface RoundTripFields {
  /** Properties of a jobCondition that were shown differently from what was sent: they cannot identify an execution. */
  readonly changed: ReadonlySet<string>;
  /** What our own executions show as their trigger and type, read by id. Empty: not seen yet. */
  readonly starts: ReadonlySet<string>;
  /** How far createdDate is behind the `Date` of the answer to its POST, at most (ms); undefined: not seen yet. */
  createdBehindMs(): number | undefined;
  /** Whether executions of the job were seen to show whole run keys in this parameter. */
  showsKeys(jobId: string, parameter: string): boolean;
  /** The answer to a POST. */
  learn(sent: JobCondition, answer: JobExecution, answeredMs: number | undefined): void;
  /** Records an execution of any start, as shown by id. */
  saw(execution: JobExecution): void;
  /** Records an execution that our POST started, as shown by id. */
  sawOurs(execution: JobExecution): void;
}

/** Maximum number of remembered jobs; beyond it all are forgotten and observed again. */
const MAX_REMEMBERED = 10_000;

export function createRoundTripFields(): RoundTripFields {
  const changed = new Set<string>();
  const starts = new Set<string>();
  const keys = new Set<string>();
  let behindMs: number | undefined;
  const saw = ({ jobId, ...shown }: JobExecution): void => {
    const parameters = { ...shown.parsedParameters, ...shown.jobCondition?.parameters };
    for (const [name, value] of Object.entries(parameters)) {
      if (!isRunKey(value)) continue;
      if (keys.size >= MAX_REMEMBERED) keys.clear();
      keys.add(JSON.stringify([jobId, name]));
    }
  };
  return {
    changed,
    starts,
    createdBehindMs: () => behindMs,
    showsKeys: (jobId, parameter) => keys.has(JSON.stringify([jobId, parameter])),
    learn(sent, { jobCondition: shown, createdDate }, answeredMs) {
      const ms = (answeredMs ?? NaN) - dateMs(createdDate);
      if (!Number.isNaN(ms)) behindMs = Math.max(behindMs ?? -Infinity, ms);
      if (shown === undefined) return;
      for (const [member, value] of Object.entries(sent)) {
        if (!isSame(value, shown[member as keyof JobCondition])) changed.add(member);
      }
    },
    saw,
    sawOurs(execution) {
      saw(execution);
      starts.add(startOf(execution));
    },
  };
}

/** What an execution shows of how it was started. */
export const startOf = ({ triggerId = '', type = '' }: JobExecution): string =>
  `${triggerId}/${type}`;

/** Whether two values of run settings are the same, a number and its text being so, and members in whatever order. */
export function isSame(sent: unknown, shown: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return String(sent) === String(shown);
  if (typeof shown !== 'object' || shown === null) return false;
  return Object.entries(sent).every(([name, value]) =>
    isSame(value, (shown as Record<string, unknown>)[name]),
  );
}
