// npm run mutants [-- <words of the rule>]: applies each break in turn to a copy of the tree; a named test must fail.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS } from './list.js';
import type { Mutant } from './mutant.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of what git knows and does not ignore, with our node_modules. */
function copyTree(): string {
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

interface Verdict {
  readonly killed: boolean;
  readonly why: string;
}

function runTest(
  copy: string,
  [file, title]: Mutant['killer'],
): { readonly code: number | null; readonly output: string } {
  const pattern = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'pure', file, '-t', pattern];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, output: stdout + stderr };
}

const passed = (output: string): number =>
  Number(/(\d+) passed, \d+ failed/.exec(output)?.[1] ?? 0);
const failed = (output: string): number =>
  Number(/\d+ passed, (\d+) failed/.exec(output)?.[1] ?? 0);

function tryMutant(copy: string, { file, from, to, killer }: Mutant): Verdict {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  const places = source.split(from).length - 1;
  if (places !== 1)
    return { killed: false, why: `its text stands ${places} times in ${file}, not once` };
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    const { code, output } = runTest(copy, killer);
    if (code === null) return { killed: true, why: 'the test never ended' };
    if (/SyntaxError|Transform failed|PARSE_ERROR/.test(output))
      return { killed: false, why: 'it does not compile' };
    if (code !== 0) return { killed: true, why: `${failed(output)} failed` };
    const why = passed(output) === 0 ? 'no test of that title ran' : 'the test still passes';
    return { killed: false, why };
  } finally {
    writeFileSync(path, source);
  }
}

/** The killers pass without any mutant: else a failure proves nothing. */
function checkKillers(copy: string, mutants: readonly Mutant[]): readonly string[] {
  const files = [...new Set(mutants.map(({ killer: [file] }) => file))];
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'pure', ...files];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  return status === 0 ? [] : [stdout.slice(-3_000)];
}

const words = process.argv.slice(2).join(' ');
const mutants = MUTANTS.filter(({ breaks }) => breaks.includes(words));
const copy = copyTree();
let killed = 0;
try {
  const problems = checkKillers(copy, mutants);
  if (problems.length > 0)
    throw new Error(`the tests fail without any mutant:\n${problems.join('\n')}`);
  for (const mutant of mutants) {
    const verdict = tryMutant(copy, mutant);
    killed += verdict.killed ? 1 : 0;
    const word = verdict.killed ? 'killed  ' : 'SURVIVED';
    console.log(`${word} ${mutant.breaks} (${dirname(mutant.file)}): ${verdict.why}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = killed === mutants.length ? 0 : 1;
console.log(`${killed} killed, ${mutants.length - killed} survived`);
