import type { Simulator } from 'temporal-ncloud-dataflow/simulator';
import type { RunJobResult } from 'temporal-ncloud-dataflow/workflow';

/** A row per step: what the product says of itself, and the calls that the simulator counted for it. */
export function stepTable(results: readonly RunJobResult[], simulator: Simulator): string {
  const report = simulator.report();
  const header = [
    'step',
    'execution',
    'status',
    'waiting',
    'running',
    'POSTs',
    'obtained',
    'status calls',
  ];
  const rows = results.map(({ execution, waitingMs, runningMs, obtained, sure }) => {
    const { jobId, jobExecutionId, status, jobName = jobId } = execution;
    const posts = simulator
      .log()
      .filter((call) => call.operation === 'executeJob' && call.jobId === jobId);
    const byId = simulator
      .executions(jobId)
      .reduce((sum, { executionId }) => sum + (report.statusCallsByExecution[executionId] ?? 0), 0);
    return [
      jobName,
      jobExecutionId,
      status,
      seconds(waitingMs),
      seconds(runningMs),
      String(posts.length),
      obtained === 'adopted' && !sure ? 'adopted (by likeness)' : obtained,
      String(byId),
    ];
  });
  return toTable([header, ...rows]);
}

const seconds = (ms: number | undefined): string =>
  ms === undefined ? '?' : `${Math.round(ms / 1_000)} s`;

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

/** What the simulator counted; it knows nothing of what our client says. */
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
