import { isMissed, type Row } from './rows.js';

const HEAD = ['measure', 'ours', 'peer', 'ratio', 'aim', 'unit', 'peer is'] as const;

/** The rows as a table of fixed columns. */
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

/** Numbers to the right, words to the left. */
function align(cell: string, column: number, width: number): string {
  return column >= 1 && column <= 3 ? cell.padStart(width) : cell.padEnd(width);
}
