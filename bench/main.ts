// npm run bench: ours against two naive forms, on the same simulated service and Temporal server. Some eight minutes.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { FAST_DEV_SERVER } from '../cli/dev-server/fast-dev-server.js';
import { provideTemporalServer } from '../cli/dev-server/provide.js';
import type { TemporalServer } from '../cli/dev-server/server.js';
import { bundleForms } from './bundles.js';
import { MEASURES } from './figures.js';
import { PEERS } from './forms/forms.js';
import { measureForms } from './measure.js';
import { type Row, rowsOf } from './rows.js';
import { NOT_MEASURED, settingsOf } from './said.js';
import { tableOf } from './table.js';

/** npm starts its scripts in the package's folder; this file runs compiled, from another one. */
const RESULTS = join('bench', 'results.json');
const COMMAND = 'npm run bench';
const seed = Number(process.env['BENCH_SEED'] ?? Date.now() % 1_000_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);

say(`BENCH_SEED=${seed}`);
const server = await provideTemporalServer({ extraArgs: FAST_DEV_SERVER, log: say });
const folder = await mkdtemp(join(tmpdir(), 'dataflow-bench-'));
try {
  const rows = await measureOn(server);
  const settings = settingsOf(server, seed);
  const results = { command: COMMAND, settings, notMeasured: NOT_MEASURED, rows };
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  say(`\n${tableOf(rows)}\n\nSettings:\n${JSON.stringify(settings, null, 2)}`);
  say(`\nWhat this does not measure:\n${NOT_MEASURED.map((line) => `- ${line}`).join('\n')}`);
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function measureOn({ address, namespace }: TemporalServer): Promise<readonly Row[]> {
  const connection = await Connection.connect({ address });
  try {
    const figures = await measureForms({
      client: new Client({ connection, namespace }),
      temporalAddress: address,
      namespace,
      bundles: await bundleForms(folder),
      seed,
      say,
    });
    const peers = PEERS.map((peer) => [peer, figures[peer]] as const);
    return rowsOf(MEASURES, figures.ours, peers);
  } finally {
    await connection.close();
  }
}
