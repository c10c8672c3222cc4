import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FAST_DEV_SERVER } from '../cli/dev-server/fast-dev-server.js';
import type { TemporalServer } from '../cli/dev-server/server.js';
import type { PartName } from './parts.js';
import type { Row } from './rows.js';
import { STICKY_MS } from './worker-settings.js';

/** npm starts its scripts in the package's folder; this file runs compiled, from another one. */
const RESULTS = join('bench', 'results.json');

/** What came of a part, and what is said with it. */
export interface PartResults {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notMeasured: readonly string[];
  readonly rows: readonly Row[];
}

interface Results {
  readonly command: string;
  readonly parts: Partial<Record<PartName, Omit<PartResults, 'rows'>>>;
  /** Those of one part were measured in one run. */
  readonly rows: readonly (Row & { readonly part: PartName })[];
}

/** Settings that all parts share. */
export function settingsOf({ source }: TemporalServer) {
  const server =
    source === 'address'
      ? 'the server at TEMPORAL_ADDRESS, with settings of its own'
      : `temporal server start-dev (in memory), ${FAST_DEV_SERVER.join(' ')}`;
  return {
    server,
    machine: 'server, simulated service and workers share one machine',
    worker: `stickyQueueScheduleToStartTimeout ${STICKY_MS} ms for every form, else the SDK's defaults`,
  };
}

/** Writes what came of a part in the place of what stood there of it. */
export async function keep(part: PartName, { rows, ...said }: PartResults): Promise<void> {
  const before = JSON.parse(await readFile(RESULTS, 'utf8')) as Results;
  const others = before.rows.filter((row) => row.part !== part);
  const results: Results = {
    command: 'npm run bench',
    parts: { ...before.parts, [part]: said },
    rows: [...others, ...rows.map((row) => ({ part, ...row }))],
  };
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
