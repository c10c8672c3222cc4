import type {
  FollowInput,
  FollowResult,
  RemotePermit,
  RemoteRef,
  RemoteStart,
  RemoteStartInput,
} from '../../contract/remote-activities.js';
import type { Limits, NotStarted, RunPort, SubmitLimits, Waited } from '../run/port.js';

/** The verbs that the logic of a remote run needs; as for a run of a job, no verb throws. */
export interface RemotePort extends Pick<
  RunPort,
  'now' | 'random' | 'sleep' | 'stop' | 'turn' | 'runId'
> {
  prepare(input: RemoteRef, limits: Limits): Promise<Waited<RemotePermit>>;
  /** Neither cancel nor deadline interrupts it: it closes by itself. */
  submit(input: RemoteStartInput, limits: SubmitLimits): Promise<StartOutcome>;
  follow(
    input: FollowInput,
    limits: Limits & { readonly recoverWithinMs: number },
  ): Promise<Waited<FollowResult>>;
}

export type StartOutcome = { readonly kind: 'started'; readonly start: RemoteStart } | NotStarted;
