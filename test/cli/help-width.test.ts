import { expect, it } from 'vitest';
import { dataflowInTerminal } from '../support/terminal.js';

it.each([
  ['pipeline', 'retry-step', '--help'],
  ['run', '--help'],
  ['pipeline', '--help'],
])(
  'options and commands are wrapped between words at 60 columns: dataflow %s %s',
  async (...args) => {
    const given = args.filter(Boolean);
    const terminal = dataflowInTerminal(given, { columns: 60, rows: 200 });
    await terminal.ended;
    const rows = terminal.scrollback();
    const from = rows.findIndex((row) => /^(Options|Commands):/.test(row));
    const listed = rows.slice(from, rows.indexOf('', from));
    expect(listed.length).toBeGreaterThan(2);
    // A row that a terminal has cut is full, and goes on at the first column.
    for (const row of listed.slice(1)) expect(row).toMatch(/^ {2}/);
  },
);
