import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { HISTOGRAM_BUCKETS, type MetricFacts, METRICS } from '../../../contract/metrics.js';

const PAGE = '../../../docs/monitoring.md';
const INTRO = `# Monitoring

Metrics, health and log of a worker. How many waits one worker holds, and their cost: [scale](scale.md).

## Health

\`\`\`sh
npx dataflow worker --health-port 9464      # or DATAFLOW_HEALTH_PORT; 0 takes a free port, which the log shows
\`\`\`

| path       | answers                                                                                                                                                             |
| ---------- | ------------------------------------------------------------------------------------------------------------------------------------------------------------------- |
| \`/livez\`   | 200 as long as the process answers. Only this check may lead to a restart: a worker that drains, or reaches nothing, is alive, and its waits go on                 |
| \`/readyz\`  | 200 when the worker is \`RUNNING\`, its pollers work, and Temporal and the service of each profile have answered within DATAFLOW_READY_WITHIN_MS (60 s); else 503 and why |
| \`/metrics\` | what the SDK's Prometheus exporter shows: the table below beside Temporal's own \`temporal_…\`                                                                         |

Without a port nothing listens. The port is open on every address of the machine unless DATAFLOW_HEALTH_HOST names one, has no password and shows no key.
\`/readyz\` answers within a second. It asks Temporal (\`GetSystemInfo\`, no billed action) and, of a profile that has made no call lately, the service
(one \`getJobs\`, through the rate limiter), at most once in half of that time, and only on a request. While the service is down no worker
is ready, and none needs to be replaced: use it to watch, not to restart.

## Log

\`runWorker\` and \`dataflow worker\` write JSON lines on stderr, from DATAFLOW_LOG_LEVEL (\`info\`) on: the SDK's own, its native side's, and ours. A line
about a run has \`workflowId\` and \`runId\` of Temporal, \`jobId\`, \`executionId\` once there is one, \`profile\` and \`submission\`; a workflow of the service is \`remoteWorkflowId\`.
Each run logs how it got its execution, how that ended, and how the run ended. No line holds a key. To read them: \`npx dataflow worker 2>&1 | npx pino-pretty\`.

## In your own worker

The plugin writes to the Runtime of the process, and never makes one. If that exports metrics, it exports those of the table. Its default bounds of histograms
are made for milliseconds, so set ours:

\`\`\`ts
import { Runtime } from '@temporalio/worker';
import { HISTOGRAM_BUCKETS } from 'temporal-ncloud-dataflow';

Runtime.install({
  telemetryOptions: {
    metrics: { prometheus: { bindAddress: '0.0.0.0:9464', histogramBucketOverrides: { ...HISTOGRAM_BUCKETS } } },
  },
});
\`\`\`

Leave \`countersTotalSuffix\` and \`unitSuffix\` off: the names have both already. A process that has a Runtime keeps it when it calls \`runWorker\`: log and metrics
go where that one sends them, and \`/metrics\` says so.

## Metrics

`;

const OUTRO = `
\`profile\` is the name of a profile, \`operation\` one of the [operations](operations.md). Those of submissions, executions and runs also have the SDK's \`namespace\`,
\`taskQueue\` and \`workflowType\`. No label holds an id, not even of a job: each value is a time series for ever, and programs create jobs. The log
names the job.

**Counted once.** Requests are counted where they are sent, each one, by the process that sent it. Submissions, executions and runs are counted by the workflow, through
the SDK's meter of workflows, which is silent on replay: a worker that takes a run over counts nothing again. Only what Temporal runs twice can be counted
twice: the last step of a workflow whose worker died before it reported to Temporal. A run that continues after
continue-as-new does not count its submission again. Gauges are written every two seconds.

**Worth an alert**: \`dataflow_submissions_total{outcome="ambiguous"}\` rises (an operator must resolve it, \`npx dataflow resolve\`); \`dataflow_call_budget_used_ratio\` near 1 with
\`dataflow_call_budget_queue\` above 0 for minutes (raise \`callsPerSecond\`, if the service bears it; where only ends are seen late, \`statusCallsPerMinute\`, which must be above the executions that end in a minute: [polling](polling.md)); \`dataflow_api_calls_total\` with \`DataFlowThrottled\` (lower it), \`DataFlowUnauthenticated\` or
\`DataFlowForbidden\` (keys, rights); \`dataflow_runs_total{outcome="DataFlowDeadlineExceeded"}\`: time-outs; \`temporal_worker_task_slots_available{worker_type="ActivityWorker"}\` near 0 ([scale](scale.md)).
`;

const rows: readonly MetricFacts[] = Object.values(METRICS);
const cellsOf = ({ name, kind, unit, labels, meaning }: MetricFacts): string[] => [
  `\`${name}\``,
  kind,
  unit,
  labels.map((label) => `\`${label}\``).join(', '),
  meaning,
];

describe('METRICS', () => {
  it('is what docs/monitoring.md shows: npx vitest run <this file> -u writes it anew', async () => {
    const heads = ['metric', 'kind', 'unit', 'labels', 'meaning'];
    const lines = [heads, heads.map(() => '---'), ...rows.map(cellsOf)].map(
      (cells) => `| ${cells.join(' | ')} |`,
    );
    const config = await resolveConfig(new URL(PAGE, import.meta.url).pathname);
    const text = `${INTRO}${lines.join('\n')}\n${OUTRO}`;
    const page = await format(text, { ...config, parser: 'markdown' });
    await expect(page).toMatchFileSnapshot(PAGE);
  });

  it.each(rows)('$name says its unit as Prometheus wants it', ({ name, kind, unit }) => {
    expect(name).toMatch(/^dataflow(_[a-z]+)+$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(name.endsWith('_seconds')).toBe(unit === 'seconds');
    expect(name.endsWith('_ratio')).toBe(unit === 'ratio');
  });

  it('has no label whose values grow with the work', () => {
    const labels = new Set(rows.flatMap((row) => row.labels));
    expect([...labels].sort()).toEqual(['group', 'operation', 'outcome', 'profile']);
  });

  it('has bounds in seconds, in rising order, for each histogram', () => {
    const names = rows.filter(({ kind }) => kind === 'histogram').map(({ name }) => name);
    expect(Object.keys(HISTOGRAM_BUCKETS).sort()).toEqual([...names].sort());
    for (const bounds of Object.values(HISTOGRAM_BUCKETS))
      expect(bounds).toEqual(bounds.toSorted((one, other) => one - other));
  });
});
