import { durationMs, durationText } from '../../../contract/durations.js';
import type { PlannedStep } from '../../../contract/pipeline.js';

/** What a cancel of the run, or of the step, does to a step that runs. */
export function whenCanceled(step: PlannedStep): string {
  switch (step.kind) {
    case 'job':
    case 'remoteWorkflow': {
      const what = step.kind === 'job' ? 'the execution' : 'every execution of it';
      if (step.options.onCancel === 'abandon') return `${what} is left running, and named`;
      const limit = durationText(durationMs(step.options.cleanupTimeout ?? '1h') ?? 0);
      const joined = isJoining(step) ? '; one that was joined is left running' : '';
      return `${what} is canceled, and watched until the service shows its end (${limit} at most)${joined}`;
    }
    case 'activity':
      return step.options.heartbeatTimeout === undefined
        ? 'the activity is told by its heartbeats; without any it runs to its end, and is waited for'
        : 'the activity is told by its next heartbeat, and waited for';
    case 'approval':
      return 'nobody needs to decide any more';
    case 'pipeline':
      return 'the pipeline within it is canceled like this one, and waited for';
  }
}

const isJoining = (step: PlannedStep): boolean =>
  step.kind === 'job' && step.options.onBusy === 'join';
