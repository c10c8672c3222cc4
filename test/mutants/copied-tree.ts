import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Environment variable with the path of the file to which tests write the breaks that they ran. */
export const COVERED_VARIABLE = 'MUTANTS_COVERED';

/** A copy of what git knows and does not ignore, with our node_modules. */
export function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutants-'));
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);
  for (const file of files)
    cpSync(join(ROOT, file), join(copy, file), { recursive: true, force: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

export interface Ended {
  /** Undefined: it never ended. */
  readonly code: number | undefined;
  readonly output: string;
}

/** Runs tests of the copy. `env` is added to the environment. */
export async function vitest(
  copy: string,
  args: readonly string[],
  limitMs?: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const all = ['node_modules/vitest/vitest.mjs', 'run', ...args];
  // A group of its own: its workers must not outlive it.
  const child = spawn(process.execPath, all, {
    cwd: copy,
    detached: true,
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const late = new AbortController();
  const timer =
    limitMs === undefined
      ? undefined
      : setTimeout(() => {
          late.abort();
          process.kill(-(child.pid ?? 0), 'SIGKILL');
        }, limitMs);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(timer);
  return { code: late.signal.aborted ? undefined : (code ?? 1), output };
}
