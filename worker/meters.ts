import type { MetricCounter, MetricGauge, MetricHistogram, MetricMeter } from '@temporalio/common';
import {
  type CounterKey,
  type GaugeKey,
  type HistogramKey,
  type LabelsOf,
  type MetricKey,
  METRICS,
} from '../contract/metrics.js';

/** The metrics of the table, to be written. While no meter is attached nothing is kept. */
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

/** Instruments of the table on one meter. All are made at once: a Runtime that has ended makes no more, but bears writing. */
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

/** The unit is part of the name; given apart as well, an exporter would append it once more. */
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
