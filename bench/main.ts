// npm run bench [-- part …]: ours against naive forms, on the same simulated service and Temporal server.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { FAST_DEV_SERVER } from '../cli/dev-server/fast-dev-server.js';
import { provideTemporalServer } from '../cli/dev-server/provide.js';
import { bundleForms } from './bundles.js';
import { isPart, PART_NAMES, type PartName, PARTS } from './parts.js';
import { keep, settingsOf } from './results.js';
import type { Bench } from './stand.js';
import { tableOf } from './table.js';

const seed = Number(process.env['BENCH_SEED'] ?? Date.now() % 1_000_000);
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const chosen = chosenParts(process.argv.slice(2));

say(`BENCH_SEED=${seed}`);
const server = await provideTemporalServer({ extraArgs: FAST_DEV_SERVER, log: say });
const folder = await mkdtemp(join(tmpdir(), 'dataflow-bench-'));
try {
  const { address, namespace } = server;
  const connection = await Connection.connect({ address });
  const bench: Bench = {
    client: new Client({ connection, namespace }),
    ...{ temporalAddress: address, namespace, bundles: await bundleForms(folder), seed, say },
  };
  try {
    for (const part of chosen) await measure(part, bench);
  } finally {
    await connection.close();
  }
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure(name: PartName, bench: Bench): Promise<void> {
  const { measure: rowsOf, settingsOf: own, notMeasured } = PARTS[name];
  say(`\n${name} …`);
  const rows = await rowsOf(bench);
  const settings = { ...settingsOf(server), ...own({ seed }) };
  await keep(name, { settings, notMeasured, rows });
  say(`\n${tableOf(rows)}\n\nSettings:\n${JSON.stringify(settings, null, 2)}`);
  say(`\nWhat this does not measure:\n${notMeasured.map((line) => `- ${line}`).join('\n')}`);
}

function chosenParts(given: readonly string[]): readonly PartName[] {
  const unknown = given.filter((name) => !isPart(name));
  if (unknown.length > 0) {
    throw new Error(`no such part: ${unknown.join(', ')}; there are ${PART_NAMES.join(', ')}`);
  }
  return given.length === 0 ? PART_NAMES : given.filter(isPart);
}
