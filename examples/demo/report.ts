import type { Simulator } from 'temporal-ncloud-dataflow/simulator';
import type { AllProgress } from './live.js';

/** A row for each run of a job: its progress, and the status calls that the simulator counted. */
export function runTable(progress: AllProgress, simulator: Simulator): string {
  const { statusCallsByExecution } = simulator.report();
  const header = ['job', 'execution', 'status', 'attempts', 'outcome', 'status calls'];
  const rows = Object.values(progress).flatMap((run) => {
    if (!('jobId' in run)) return [];
    const {
      jobId,
      jobName = jobId,
      executionId = '?',
      status = '?',
      attempt,
      submissionOutcome,
      exactMatch,
    } = run;
    const how =
      submissionOutcome === 'adopted' && exactMatch !== true
        ? 'adopted (by likeness)'
        : submissionOutcome;
    const calls = statusCallsByExecution[executionId] ?? 0;
    return [[jobName, executionId, status, String(attempt), how ?? '?', String(calls)]];
  });
  return toTable([header, ...rows]);
}

function toTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Counts of the simulator, which is independent of our client. */
export function evidence(simulator: Simulator): { readonly text: string; readonly holds: boolean } {
  const { requested, posts, created, duplicates, leftRunning } = simulator.report();
  const text = [
    'Counted by the simulated service, not by us:',
    `  executions requested  ${requested}`,
    `  POSTs received        ${posts}`,
    `  executions created    ${created}`,
    `  duplicates            ${duplicates}`,
    `  left running          ${leftRunning}`,
  ].join('\n');
  return { text, holds: created === requested && duplicates === 0 && leftRunning === 0 };
}
