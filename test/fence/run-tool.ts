import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './breached-tree.js';

export interface ToolRun {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs the tool of that name as the project's scripts do, in any folder; an exit code is an answer, not an error. */
export async function runTool(
  name: string,
  args: readonly string[],
  cwd: string = ROOT,
  settings: Readonly<Record<string, string>> = {},
): Promise<ToolRun> {
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: path, NO_COLOR: '1', NODE_OPTIONS: '', ...settings };
  return new Promise((resolve, reject) => {
    execFile(name, args, { cwd, env, maxBuffer: 32 << 20 }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode === 'number') resolve({ exitCode, output: `${stdout}${stderr}` });
      else reject(new Error(`${name} did not run`, { cause: error }));
    });
  });
}
