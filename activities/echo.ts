import { isDeepStrictEqual } from 'node:util';
import type { JobCondition } from '../contract/job.js';

/** Which jobCondition members the service was seen to echo changed; they are of no use to recognise an execution by. */
export interface EchoMemory {
  readonly changed: ReadonlySet<string>;
  learn(sent: JobCondition, echoed: JobCondition | undefined): void;
}

export function createEchoMemory(): EchoMemory {
  const changed = new Set<string>();
  return {
    changed,
    learn(sent, echoed) {
      if (echoed === undefined) return;
      for (const [member, value] of Object.entries(sent)) {
        if (!isDeepStrictEqual(value, echoed[member as keyof JobCondition])) changed.add(member);
      }
    },
  };
}
