import { isDeepStrictEqual } from 'node:util';
import type { JobCondition } from '../contract/job.js';

/**
 * What this process has seen of how the service shows a jobCondition that was sent to it. A member shown changed is of
 * no use to recognise an execution by; one never seen proves nothing by being different.
 */
export interface EchoMemory {
  readonly faithful: ReadonlySet<string>;
  readonly changed: ReadonlySet<string>;
  learn(sent: JobCondition, shown: JobCondition | undefined): void;
}

export function createEchoMemory(): EchoMemory {
  const faithful = new Set<string>();
  const changed = new Set<string>();
  return {
    faithful,
    changed,
    learn(sent, shown) {
      if (shown === undefined) return;
      for (const [member, value] of Object.entries(sent)) {
        const isSame = isDeepStrictEqual(value, shown[member as keyof JobCondition]);
        (isSame ? faithful : changed).add(member);
        if (!isSame) faithful.delete(member);
      }
    },
  };
}
