import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PIPELINE_COMMANDS } from '../../cli/pipeline/pipeline-command.js';
import { PROGRAM_COMMANDS } from '../../cli/program.js';
import { SCHEDULE_COMMANDS } from '../../cli/schedule/schedule-command.js';
import { dataflowInTerminal, type TerminalCli } from '../support/terminal.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'dataflow-width-'));
});
afterAll(() => rm(home, { recursive: true }));

/** A command without keys, service and Temporal, at 60 columns. */
async function shown(...args: readonly string[]): Promise<TerminalCli> {
  const env = { HOME: home, TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const terminal = dataflowInTerminal(args, { columns: 60, rows: 300, env });
  await terminal.ended;
  return terminal;
}

const commands = [
  ...Object.keys(PROGRAM_COMMANDS).map((name) => [name]),
  ...Object.keys(PIPELINE_COMMANDS).map((name) => ['pipeline', name]),
  ...Object.keys(SCHEDULE_COMMANDS).map((name) => ['schedule', name]),
  ['api', 'createTrigger'],
];

describe('a terminal of 60 columns', () => {
  it('breaks no row of help; commands to copy stay whole', async () => {
    for (const command of [[], ...commands]) {
      const terminal = await shown(...command, '--help');
      expect(terminal.screen().length).toBeGreaterThan(4);
      const broken = terminal.overflows().filter((row) => !/^ {2}\$ |^ {6}executions:/.test(row));
      expect({ command, broken }).toEqual({ command, broken: [] });
    }
  }, 240_000);

  it('breaks no finding of doctor, and no row of its remedies', async () => {
    const terminal = await shown('doctor');
    const rows = terminal.screen();
    expect(rows.join('\n')).toMatch(/^PROBLEM +credentials +no credentials: /m);
    expect(rows.some((row) => /^ +→ /.test(row))).toBe(true);
    expect(terminal.overflows()).toEqual([]);
  });

  it('breaks no row of a simulation', async () => {
    const file = 'examples/pipelines/nightly-sales.yaml';
    const flags = ['-p', 'date=2026-11-21', '--outcome', 'clean[1]=failed'];
    const terminal = await shown('pipeline', 'simulate', file, ...flags);
    expect(terminal.screen().join('\n')).toContain('1 of 2 items failed, the first is JP');
    expect(terminal.overflows()).toEqual([]);
  });

  it('breaks no row of a plan', async () => {
    const terminal = await shown(
      ...['pipeline', 'plan', 'examples/pipelines/nightly-sales.yaml', '--offline'],
    );
    expect(terminal.screen().join('\n')).toContain('critical path  extract');
    expect(terminal.overflows()).toEqual([]);
  });
});
