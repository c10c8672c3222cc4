// The table of the README, from the rows of results.json.
import { isMissed, type Row } from './table.js';

const BEGIN = '<!-- bench: written by `npm run bench` -->';
const END = '<!-- bench end -->';

/** Prefixes of the measures in the README, in this order. */
const SHOWN = [
  'duplicates over ',
  'lost runs over ',
  'terminal status seen → next submit, one chain, p50',
  'terminal status seen → next submit, 44 chains, p50',
  'fan-out of 200 runs of one job with run keys, start → last submit',
  'database commits, 1000 waiting jobs, cluster',
  'history events of a run of an hour',
  'Temporal actions per job-hour',
  'rss a wait, 1000 in one worker, ours with a cache of 100',
  'rss a wait, 1000 in one worker, default cache',
  'rss a wait, 5000 in one worker, with a cache of 100',
  'CPU of the worker, 5000 in one worker',
  'calls, 10 waiters of 10 jobs, mean delay',
  'calls, 100 waiters of 100 jobs, status calls',
  'calls, 10000 waiters of 100 jobs, status calls',
  'cancel → remote cancel, 1000 in one worker, p95',
  'history events per step of a chain of 100',
  'dataflow --help, whole process',
];

/** The README with a line for each measure that has rows. Unchanged if none has rows, or without the two marks. */
export function readmeWith(readme: string, rows: readonly Row[]): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  const lines = SHOWN.flatMap((start) =>
    lineOf(rows.filter(({ measure }) => measure.startsWith(start))),
  );
  if (begin === -1 || end < begin || lines.length === 0) return readme;
  const head = ['| measure | ours | compared with |', '| --- | --- | --- |'];
  const table = [...head, ...lines].join('\n');
  return `${readme.slice(0, begin)}${BEGIN}\n\n${table}\n\n${readme.slice(end)}`;
}

function lineOf(rows: readonly Row[]): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { measure, unit } = first;
  const peers = rows.map((row) => {
    const missed = isMissed(row) ? ': missed' : '';
    return row.peerName.startsWith('the aim')
      ? `${row.peerName}${missed}`
      : `${amount(row.peer, unit)} (${row.peerName})${missed && `, ${aimOf(row)}`}`;
  });
  return [`| ${measure} | ${amount(first.ours, unit)} | ${peers.join('; ')} |`];
}

const aimOf = ({ aim }: Row): string => `aim ≤ ${aim ?? ''} of it: missed`;
const amount = (value: number, unit: string): string => `${value.toLocaleString('en-US')} ${unit}`;
