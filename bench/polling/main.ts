// npm run bench:polling [-- detection|calls]: the rows that need neither server nor simulator; puts them into results.json.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Row } from '../rows.js';
import { tableOf } from '../table.js';
import { POLLING_ROWS } from './polling-rows.js';

const RESULTS = join('bench', 'results.json');
const asked = process.argv.slice(2);
const kinds = Object.keys(POLLING_ROWS).filter(
  (kind) => asked.length === 0 || asked.includes(kind),
);
const results = JSON.parse(await readFile(RESULTS, 'utf8')) as { rows: readonly Row[] };
let { rows } = results;
for (const kind of kinds) {
  const fresh = await POLLING_ROWS[kind]!();
  process.stdout.write(`${tableOf(fresh)}\n\n`);
  rows = [...rows.filter(({ measure }) => !measure.startsWith(`${kind},`)), ...fresh];
}
await writeFile(RESULTS, `${JSON.stringify({ ...results, rows }, null, 2)}\n`);
