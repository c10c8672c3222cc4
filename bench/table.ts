// Rows of results.json: comparison, printing, merging into the file.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** npm starts scripts in the folder of the package. This file runs compiled, in another folder. */
const RESULTS = join('bench', 'results.json');

/** One comparison with one peer. Smaller is better. */
export interface Row {
  readonly measure: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** ours / peer; null if it is undefined, for the reason `why`. */
  readonly ratio: number | null;
  readonly why?: string;
  /** Largest allowed ratio; null: there is no aim, or no ratio. */
  readonly aim: number | null;
  readonly unit: string;
}

export interface Measured {
  readonly measure: string;
  readonly unit: string;
  /** Largest allowed value of ours, in `unit`. */
  readonly atMost?: number;
  /** Largest allowed value of ours, as a multiple of the peer's. */
  readonly ratioAtMost?: number;
}

export function rowOf(
  { measure, unit, atMost, ratioAtMost }: Measured,
  ours: number,
  peer: number,
  peerName: string,
): Row {
  const compared = { measure, ours: rounded(ours), peer: rounded(peer), peerName };
  if (peer === 0) {
    const why = ours === 0 ? '0/0: neither had any' : 'the peer had none, ours had';
    return { ...compared, ratio: null, why, aim: null, unit };
  }
  const aim = atMost === undefined ? (ratioAtMost ?? null) : rounded(atMost / peer);
  return { ...compared, ratio: rounded(ours / peer), aim, unit };
}

/** A row that compares with a fixed number. */
export const rowAgainst = (measure: string, unit: string, ours: number, atMost: number): Row =>
  rowOf({ measure, unit, atMost }, ours, atMost, `the aim: ${rounded(atMost)} ${unit}`);

/** p50 and p95 of samples in ms. @param aims as `ratioAtMost` */
export function percentileRows(
  measure: string,
  ours: readonly number[],
  [peerName, peer]: readonly [name: string, samples: readonly number[]],
  aims: readonly [p50?: number, p95?: number] = [],
): readonly Row[] {
  return [0.5, 0.95].map((share, nth) => {
    const ratioAtMost = aims[nth];
    const named = { measure: `${measure}, p${share * 100}`, unit: 'ms' };
    const measured = { ...named, ...(ratioAtMost !== undefined && { ratioAtMost }) };
    return rowOf(measured, percentile(ours, share), percentile(peer, share), peerName);
  });
}

export const isMissed = ({ ratio, aim }: Row): boolean =>
  ratio !== null && aim !== null && ratio > aim;

/** Nearest rank: the smallest sample that at least `share` (0 to 1) of the samples do not exceed. */
export function percentile(samples: readonly number[], share: number): number {
  const ascending = samples.toSorted((a, b) => a - b);
  const value = ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)];
  if (value === undefined) throw new RangeError('percentile: must have a sample');
  return value;
}

export function mean(samples: readonly number[]): number {
  if (samples.length === 0) throw new RangeError('mean: must have a sample');
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** Rounds to three digits, or to an integer. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));

const HEAD = ['measure', 'ours', 'peer', 'ratio', 'aim', 'unit', 'peer is'] as const;

export function tableOf(rows: readonly Row[]): string {
  const cells = [HEAD, ...rows.map(cellsOf)];
  const widths = HEAD.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? '').length)),
  );
  const lines = cells.map((row) =>
    row.map((cell, column) => align(cell, column, widths[column] ?? 0)).join('  '),
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}

function cellsOf(row: Row): readonly string[] {
  const { measure, ours, peer, peerName, ratio, aim, unit } = row;
  const aimed = aim === null ? '–' : `≤ ${aim}${isMissed(row) ? ' missed' : ''}`;
  const compared = ratio === null ? (row.why ?? '–') : String(ratio);
  return [measure, String(ours), String(peer), compared, aimed, unit, peerName];
}

/** Numbers to the right, texts to the left. */
const align = (cell: string, column: number, width: number): string =>
  column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);

export interface TopicResults {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly notMeasured: readonly string[];
  readonly rows: readonly Row[];
}

interface Results {
  readonly command: string;
  readonly parts: Readonly<Record<string, Omit<TopicResults, 'rows'>>>;
  /** Rows of one topic were measured in one run. */
  readonly rows: readonly (Row & { readonly part: string })[];
}

/** Replaces the results of a topic, and drops those of topics that no longer exist. */
export function merged(
  before: Results,
  topics: readonly string[],
  topic: string,
  { rows, ...said }: TopicResults,
): Results {
  const parts = { ...before.parts, [topic]: said };
  const all = [
    ...before.rows.filter(({ part }) => part !== topic),
    ...rows.map((row) => ({ part: topic, ...row })),
  ];
  return {
    command: 'npm run bench',
    parts: Object.fromEntries(topics.flatMap((name) => (parts[name] ? [[name, parts[name]]] : []))),
    rows: topics.flatMap((name) => all.filter(({ part }) => part === name)),
  };
}

/** Writes the results of a topic into results.json. Returns all rows. */
export async function keep(
  topics: readonly string[],
  topic: string,
  came: TopicResults,
): Promise<readonly Row[]> {
  const before = JSON.parse(await readFile(RESULTS, 'utf8')) as Results;
  const after = merged(before, topics, topic, came);
  await writeFile(RESULTS, `${JSON.stringify(after, null, 2)}\n`);
  return after.rows;
}
