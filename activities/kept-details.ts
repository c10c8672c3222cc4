import type { FailureType } from '../contract/failures.js';

/** Answers of one kind so far, over all attempts of an activity. */
interface CountedAnswers {
  readonly failure: FailureType;
  readonly count: number;
}

/** What an attempt leaves to the next one: its heartbeat details. Attempts that a crash took with them leave them as they were. */
export interface KeptDetails {
  /** All of it, to be sent with a heartbeat. */
  whole(): unknown;
  /** Replaces what the act itself keeps. */
  replace(details: unknown): void;
  /** A call failed: told to whoever looks at the activity, and counted: how many answers of this kind there were. */
  failed(failure: FailureType, message: string): number;
}

export function keepDetails(left: unknown): KeptDetails {
  let details = left;
  let answers = (left as { readonly answers?: CountedAnswers } | null | undefined)?.answers;
  return {
    whole: () => (answers === undefined ? details : { ...(details as object), answers }),
    replace: (next) => {
      details = next;
    },
    failed: (failure, message) => {
      details = { ...(details as object), lastError: message };
      answers = { failure, count: answers?.failure === failure ? answers.count + 1 : 1 };
      return answers.count;
    },
  };
}
