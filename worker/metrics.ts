import type { MetricCounter, MetricGauge, MetricHistogram, MetricMeter } from '@temporalio/common';
import {
  type CounterKey,
  type GaugeKey,
  type HistogramKey,
  type LabelsOf,
  type MetricKey,
  METRICS,
} from '../contract/metrics.js';
import type { GroupGauges } from '../activities/check-group.js';
import type { SeenRequest } from '../client/http/seen-request.js';
import type { RateLimiter } from '../polling/rate-limiter.js';
import type { HubSnapshot } from '../polling/status-hub.js';

/** Writes the metrics of the table. Without an attached meter nothing is recorded. */
export interface Meters {
  count<Key extends CounterKey>(key: Key, labels: LabelsOf<Key>, by?: number): void;
  record<Key extends HistogramKey>(key: Key, value: number, labels: LabelsOf<Key>): void;
  set<Key extends GaugeKey>(key: Key, value: number, labels: LabelsOf<Key>): void;
}

export interface AttachableMeters extends Meters {
  /** Attaches this meter, e.g. that of the worker's Runtime. */
  attach(meter: MetricMeter): void;
  /** Detaches the meter: a Runtime that has ended accepts no more. */
  detach(): void;
}

type Instrument = MetricCounter | MetricGauge | MetricHistogram;

/**
 * Instruments of the table on one meter. All are made when it is attached: a Runtime that has ended makes no
 * instruments, but accepts values.
 */
export function createMeters(): AttachableMeters {
  let attached: MetricMeter | undefined;
  let made: ReadonlyMap<MetricKey, Instrument> = new Map();
  return {
    attach: (meter) => {
      if (meter === attached) return;
      attached = meter;
      const keys = Object.keys(METRICS) as MetricKey[];
      made = new Map(keys.map((key) => [key, create(meter, key)]));
    },
    detach: () => {
      attached = undefined;
      made = new Map();
    },
    count: (key, labels, by = 1) => (made.get(key) as MetricCounter | undefined)?.add(by, labels),
    record: (key, value, labels) =>
      (made.get(key) as MetricHistogram | undefined)?.record(value, labels),
    set: (key, value, labels) => (made.get(key) as MetricGauge | undefined)?.set(value, labels),
  };
}

/** Without a unit: it is part of the name, and an exporter would append it again. */
function create(meter: MetricMeter, key: MetricKey): Instrument {
  const { name, kind, meaning } = METRICS[key];
  switch (kind) {
    case 'counter':
      return meter.createCounter(name, undefined, meaning);
    case 'gauge':
      return meter.createGauge(name, 'float', undefined, meaning);
    case 'histogram':
      return meter.createHistogram(name, 'float', undefined, meaning);
  }
}

/** Shows the latest check of each group; a worker that made no check for a while shows 0. */
export function groupGauges(meters: Meters): GroupGauges {
  const timers = new Map<string, NodeJS.Timeout>();
  const write = (group: string, { queued, used, external }: Parameters<GroupGauges['show']>[1]) => {
    meters.set('groupQueue', queued, { group });
    meters.set('groupUsed', used, { group });
    meters.set('groupExternal', external, { group });
  };
  return {
    show: (group, values, validMs) => {
      write(group, values);
      clearTimeout(timers.get(group));
      const forget = (): void => {
        timers.delete(group);
        write(group, { queued: 0, used: 0, external: 0 });
      };
      timers.set(group, setTimeout(forget, validMs).unref());
    },
  };
}

/** Contact with the service; times are of a monotonic clock. */
export interface ServiceContact {
  /** Time of the last answer that shows that the service works; undefined: none yet. */
  readonly answeredMs: number | undefined;
  /** Result of the last request, if it shows that the service does not work. */
  readonly trouble: string | undefined;
}

/** Writes the metrics of one profile, and records contact with its service. */
export interface ProfileWatch {
  readonly onRequest: (seen: SeenRequest) => void;
  readonly contact: () => ServiceContact;
  /** Writes the gauges of waits and of the rate limiter. */
  sample(
    hub: Pick<HubSnapshot, 'waiters' | 'executions' | 'callsSaved'>,
    rateLimiter: Pick<RateLimiter, 'callsPerSecond' | 'queued'>,
  ): void;
}

export function watchProfile(profile: string, meters: Meters, nowMs: () => number): ProfileWatch {
  let contact: ServiceContact = { answeredMs: undefined, trouble: undefined };
  let sent = 0;
  let saved = 0;
  let last = { sent, atMs: nowMs() };
  return {
    contact: () => contact,
    onRequest: (seen) => {
      contact = afterExchange(contact, seen, nowMs());
      const operation = seen.call;
      meters.count('apiCalls', { profile, operation, outcome: outcomeOf(seen) });
      if (seen.sent === 'no') return;
      sent += 1;
      meters.record('apiCallSeconds', seen.tookMs / 1_000, { profile, operation });
    },
    sample: (hub, { queued, callsPerSecond }) => {
      meters.set('waiters', hub.waiters, { profile });
      meters.set('waitedFor', hub.executions, { profile });
      meters.set('budgetLimit', callsPerSecond, { profile });
      meters.set('budgetQueue', queued, { profile });
      // The number of the hub falls while calls fail, but a counter must not.
      const more = Math.max(0, hub.callsSaved - saved);
      meters.count('callsSaved', { profile }, more);
      saved += more;
      const now = { sent, atMs: nowMs() };
      const allowed = ((now.atMs - last.atMs) / 1_000) * callsPerSecond;
      meters.set('budgetUsed', allowed > 0 ? (now.sent - last.sent) / allowed : 0, { profile });
      last = now;
    },
  };
}

/** The label `outcome` of a request. */
export function outcomeOf({ sent, aborted, failure }: SeenRequest): string {
  if (sent === 'no') return 'not_sent';
  if (aborted) return 'aborted';
  if (sent === 'maybe') return 'no_answer';
  return failure ?? 'ok';
}

/**
 * The contact after a request. A rejection shows that the service works. 5xx and no answer show that it does not. A
 * request that was not sent, or that we aborted, changes nothing.
 */
export function afterExchange(
  contact: ServiceContact,
  { call, sent, status, aborted, failure }: SeenRequest,
  nowMs: number,
): ServiceContact {
  if (status !== undefined && status < 500) return { answeredMs: nowMs, trouble: undefined };
  if (aborted || (sent === 'no' && failure === 'DataFlowNotSent')) return contact;
  const what = status === undefined ? 'no answer' : `answer ${status}`;
  return { ...contact, trouble: `${what} to ${call}` };
}
