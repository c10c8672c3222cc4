import { dateMs, type JobCondition, type JobExecution } from '../contract/job.js';
import { isRunKey } from '../contract/run-key.js';

/**
 * Observations of this process on how the service shows executions. Only an observation can prove that an execution
 * is not ours: the documentation does not say which fields are masked, cut or left out.
 */
export interface RoundTripFields {
  /** Properties of a jobCondition that were shown differently than sent. They cannot identify an execution. */
  readonly changed: ReadonlySet<string>;
  /** Trigger and type that our own executions show, read by id. Empty: none was seen yet. */
  readonly starts: ReadonlySet<string>;
  /**
   * Longest time by which createdDate was behind the `Date` of the answer to its POST (ms); undefined: none was seen
   * yet.
   */
  createdBehindMs(): number | undefined;
  /** Whether an execution of the job has shown a complete run key in this parameter. */
  showsKeys(jobId: string, parameter: string): boolean;
  /** Records the answer to a POST. */
  learn(sent: JobCondition, answer: JobExecution, answeredMs: number | undefined): void;
  /** Records an execution, whoever started it. */
  saw(execution: JobExecution): void;
  /** Records an execution that our POST started, as read by id. */
  sawOurs(execution: JobExecution): void;
}

/** Most pairs of job and parameter. When there are more, all are forgotten and observed again. */
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

export const startOf = ({ triggerId = '', type = '' }: JobExecution): string =>
  `${triggerId}/${type}`;

/** Whether run settings are shown as sent. A number equals its text, and the order of properties does not matter. */
export function isSame(sent: unknown, shown: unknown): boolean {
  if (typeof sent !== 'object' || sent === null) return String(sent) === String(shown);
  if (typeof shown !== 'object' || shown === null) return false;
  return Object.entries(sent).every(([name, value]) =>
    isSame(value, (shown as Record<string, unknown>)[name]),
  );
}
