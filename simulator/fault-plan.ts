import type { Fault, FaultEffect } from './fault.js';
import type { OperationName } from './operations/operation-name.js';
import { createRandom } from './seeded-random.js';

export interface FaultTarget {
  readonly operation: OperationName;
  readonly jobId: string | undefined;
}

/** The active faults. Each counts the calls that match it, whether it applies or not. */
export interface FaultPlan {
  add(faults: readonly Fault[]): void;
  clear(): void;
  /** The effect of the first fault that applies to this call. */
  next(target: FaultTarget): FaultEffect | undefined;
}

export function createFaultPlan(seed: number): FaultPlan {
  const random = createRandom(seed);
  let active: { readonly fault: Fault; matched: number }[] = [];
  return {
    add: (faults) => {
      active = [...active, ...faults.map((fault) => ({ fault, matched: 0 }))];
    },
    clear: () => {
      active = [];
    },
    next: (target) => {
      let effect: FaultEffect | undefined;
      for (const entry of active) {
        if (!matches(entry.fault, target)) continue;
        entry.matched += 1;
        if (strikes(entry.fault, entry.matched, random)) effect ??= entry.fault.then;
      }
      return effect;
    },
  };
}

function matches(fault: Fault, { operation, jobId }: FaultTarget): boolean {
  return (
    (fault.on === '*' || fault.on === operation) &&
    (fault.jobId === undefined || fault.jobId === jobId)
  );
}

function strikes(fault: Fault, call: number, random: () => number): boolean {
  if (fault.calls !== undefined) return fault.calls.includes(call);
  if (fault.times !== undefined) return call <= fault.times;
  return fault.probability === undefined || random() < fault.probability;
}

export function describeEffect(effect: FaultEffect): string {
  if ('status' in effect) return `status ${effect.status}`;
  if ('gateway' in effect) return `gateway ${effect.gateway}`;
  if ('drop' in effect) return `drop ${effect.drop}`;
  if ('garbage' in effect) return 'garbage';
  if ('cut' in effect) return 'cut';
  const delay = `delay ${effect.delayMs} ms at ${effect.at ?? 'arrival'}`;
  return effect.then === undefined ? delay : `${delay}, then ${describeEffect(effect.then)}`;
}
