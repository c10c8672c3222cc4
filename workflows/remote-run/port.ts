import type {
  FollowInput,
  FollowResult,
  ProfileRef,
  RemotePermit,
  RemoteRef,
  RemoteStart,
  RemoteStartInput,
  ServiceIdentity,
} from '../../contract/remote-activities.js';
import type { Limits, RunPort, SubmitLimits, SubmitOutcome, VerbResult } from '../job-run/port.js';

/** The verbs that the logic of a remote run needs; as for a run of a job, no verb throws. */
export interface RemotePort extends Pick<
  RunPort,
  'now' | 'random' | 'sleep' | 'stop' | 'jobLock' | 'runId'
> {
  identify(input: ProfileRef, limits: Limits): Promise<VerbResult<ServiceIdentity>>;
  /** Takes a lock of the whole Temporal namespace; returns its release, or undefined while another run holds it. */
  lock(name: string): Promise<(() => Promise<void>) | undefined>;
  /** Id of the Temporal workflow that represents a lock. */
  lockId(name: string): string;
  prepare(input: RemoteRef, limits: Limits): Promise<VerbResult<RemotePermit>>;
  /** Not cancellable. Schedule-to-start (the permit's time) and start-to-close end it. */
  submit(input: RemoteStartInput, limits: SubmitLimits): Promise<SubmitOutcome<RemoteStart>>;
  /** `input`: called for each activity, because it holds durations that count from its scheduling. */
  follow(
    input: () => FollowInput,
    limits: Limits & { readonly waitHeartbeatTimeoutMs: number },
  ): Promise<VerbResult<FollowResult>>;
}
