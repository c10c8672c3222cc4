import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createRoundTripFields } from '../../../activities/round-trip-fields.js';
import type { Profile } from '../../../activities/profile.js';
import type { DataFlowClient } from '../../../client/client.js';
import type { OperationName } from '../../../contract/operations.js';
import { DEFAULT_TIMINGS } from '../../../contract/timings.js';
import type { NewestReader } from '../../../polling/newest-executions.js';
import type { StatusHub } from '../../../polling/status-hub.js';

export interface NotedCall {
  readonly name: OperationName;
  readonly input: unknown;
  readonly options: unknown;
}

export interface FakeProfileParts {
  /** Answers a call; what it throws is the call's error. */
  readonly answer?: (name: OperationName, input: never) => unknown;
  readonly read?: NewestReader['read'];
  readonly wait?: StatusHub['wait'];
  readonly takesOldDates?: boolean;
  readonly isMeasured?: boolean;
}

/** A profile over a service that the test plays; the service's clock is Date.now(), exactly. */
export function fakeProfile(parts: FakeProfileParts): {
  readonly profile: Profile;
  readonly calls: NotedCall[];
} {
  const calls: NotedCall[] = [];
  const client = {
    serviceClock: {
      earliestMs: () => Date.now(),
      atLeastMs: () => Date.now(),
      latestMs: () => Date.now(),
      isMeasured: () => parts.isMeasured ?? true,
    },
    close: () => Promise.resolve(),
    call: (name: OperationName, input: never, options: unknown) => {
      calls.push({ name, input, options });
      return Promise.resolve()
        .then(() => parts.answer?.(name, input))
        .then((output) => ({ output, dateMs: Date.now() }));
    },
  } as unknown as DataFlowClient;
  const unexpected = (verb: string) => (): never => {
    throw new Error(`${verb} was not expected`);
  };
  const hub: StatusHub = {
    wait: parts.wait ?? unexpected('wait'),
    resolve: () => undefined,
    nudge: () => undefined,
    snapshot: unexpected('snapshot'),
    close: () => Promise.resolve(),
  };
  const profile: Profile = {
    name: 'default',
    origin: 'https://service.test',
    client,
    hub,
    newest: { read: parts.read ?? unexpected('read') },
    timings: DEFAULT_TIMINGS,
    roundTripFields: createRoundTripFields(),
    capacity: { free: unexpected('free') },
    backdatingSupport: {
      learn: () => Promise.resolve(),
      areTaken: () => parts.takesOldDates ?? true,
    },
  };
  return { profile, calls };
}

/** An activity's surroundings, without the SDK's word on each failure. */
export const anActivity = (
  info: ConstructorParameters<typeof MockActivityEnvironment>[0] = {},
): MockActivityEnvironment =>
  new MockActivityEnvironment(info, { logger: new DefaultLogger('ERROR', () => undefined) });
