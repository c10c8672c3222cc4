// npm run mutants [-- <expression over rule and file>]: applies each break in turn to a copy of the tree; a named test
// must fail.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { copyTree, type Ended, vitest } from './copied-tree.js';
import type { Mutant } from './mutant.js';
import { MUTANTS } from './rules.js';

interface Verdict {
  readonly killed: boolean;
  readonly why: string;
}

/** Longer than any killer test takes; a break may make a test run for ever. */
const LIMIT_MS = 180_000;

const runTest = (copy: string, [file, title]: Mutant['killer']): Promise<Ended> =>
  vitest(copy, [file, '-t', title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')], LIMIT_MS);

const passed = (output: string): number =>
  Number(/(\d+) passed, \d+ failed/.exec(output)?.[1] ?? 0);
const failed = (output: string): number =>
  Number(/\d+ passed, (\d+) failed/.exec(output)?.[1] ?? 0);

async function tryMutant(copy: string, { file, from, to, killer }: Mutant): Promise<Verdict> {
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
    const { code, output } = await runTest(copy, killer);
    if (code === undefined) return { killed: true, why: 'the test never ended' };
    if (/SyntaxError|Transform failed|PARSE_ERROR/.test(output))
      return { killed: false, why: 'it does not compile' };
    if (code !== 0) return { killed: true, why: `${failed(output)} failed` };
    const why = passed(output) === 0 ? 'no test of that title ran' : 'the test still passes';
    return { killed: false, why };
  } finally {
    writeFileSync(path, source);
  }
}

/** Checks that the killer tests pass without a mutant: else a failure proves nothing. */
async function checkKillers(copy: string, mutants: readonly Mutant[]): Promise<void> {
  const files = [...new Set(mutants.map(({ killer: [file] }) => file))];
  const { code, output } = await vitest(copy, files);
  if (code !== 0) throw new Error(`the tests fail without any mutant:\n${output.slice(-3_000)}`);
}

const asked = new RegExp(process.argv.slice(2).join(' '));
const mutants = MUTANTS.filter(({ breaks, file }) => asked.test(`${breaks} (${file})`));
if (mutants.length === 0) throw new Error(`no mutant is called ${String(asked)}`);
const copy = copyTree();
let killed = 0;
try {
  await checkKillers(copy, mutants);
  for (const mutant of mutants) {
    const verdict = await tryMutant(copy, mutant);
    killed += verdict.killed ? 1 : 0;
    const word = verdict.killed ? 'killed  ' : 'SURVIVED';
    console.log(`${word} ${mutant.breaks} (${dirname(mutant.file)}): ${verdict.why}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
process.exitCode = killed === mutants.length ? 0 : 1;
console.log(`${killed} killed, ${mutants.length - killed} survived`);
