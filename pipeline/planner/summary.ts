import type { PipelineProgress, StepSummary } from '../../contract/pipeline-run.js';
import type { PipelineState, PlannedStep, StepState } from '../../contract/pipeline.js';
import { attemptsOf } from './step-states.js';

export function phaseOf(state: PipelineState): PipelineProgress['phase'] {
  if (state.ended !== undefined) return state.ended.outcome;
  if (state.held) return 'held';
  if (state.stopping !== undefined) return 'stopping';
  if (state.draining) return 'draining';
  return state.paused ? 'paused' : 'running';
}

/** Short form of a step. */
export function summaryOf(step: StepState, kind: PlannedStep['kind']): StepSummary {
  const { status, values, items, counts, reason, startedMs, endedMs } = step;
  const only = values === undefined ? items[0] : undefined;
  const attempts = attemptsOf(step);
  const decision = kind === 'approval' ? (only?.output as StepSummary['decision']) : undefined;
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  const why = reason ?? only?.reason;
  return {
    status,
    ...(values !== undefined && { items: { total: items.length, ...Object.fromEntries(some) } }),
    ...(only?.executionId !== undefined && { executionId: only.executionId }),
    ...(why !== undefined && { reason: why }),
    ...(startedMs !== undefined && { startedAt: new Date(startedMs).toISOString() }),
    ...(endedMs !== undefined && { endedAt: new Date(endedMs).toISOString() }),
    ...(attempts > 1 && { attempts }),
    ...(decision !== undefined && { decision }),
  };
}
