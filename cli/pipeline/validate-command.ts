import type { Command } from 'commander';
import { CommandFailed } from '../command-failed.js';
import { print, printJson } from '../output.js';
import { readPipelineFile } from './read-pipeline-file.js';

const EXAMPLES = `
Checks names, types, graph, expressions and limits, also in the files that a pipeline names, without a call. Each problem is a line
on stdout (file:line:col: what is wrong), and the exit code is 2. Whether the service has the jobs is checked by dataflow pipeline plan.

Examples:
  $ dataflow pipeline validate nightly-sales.yaml
  $ dataflow pipeline validate pipelines/*.yaml --json
`;

interface Flags {
  readonly json?: true;
}

interface Checked {
  readonly file: string;
  readonly pipeline?: string;
  readonly steps?: number;
  readonly problems: readonly string[];
}

/** `dataflow pipeline validate`: checks files without a call. */
export function addValidateCommand(group: Command): void {
  group
    .command('validate')
    .argument('<files...>', 'YAML or JSON; - is stdin')
    .option('--json', 'the problems as JSON')
    .addHelpText('after', EXAMPLES)
    .action(validate);
}

async function validate(files: readonly string[], { json }: Flags): Promise<void> {
  const checked: readonly Checked[] = await Promise.all(files.map(check));
  if (json === true) printJson(checked);
  else for (const one of checked) print(textOf(one));
  const count = checked.reduce((sum, { problems }) => sum + problems.length, 0);
  if (count > 0)
    throw new CommandFailed(
      'invalid',
      count === 1 ? 'one problem, see above' : `${count} problems, see above`,
    );
}

async function check(file: string): Promise<Checked> {
  const read = await readPipelineFile(file);
  if ('problems' in read) return { file, problems: read.problems };
  const { pipeline, steps } = read.spec;
  return { file, pipeline, steps: Object.keys(steps).length, problems: [] };
}

const textOf = ({ file, pipeline = '', steps = 0, problems }: Checked): string =>
  problems.length > 0
    ? problems.join('\n')
    : `${file}: valid (pipeline ${pipeline}, ${steps} ${steps === 1 ? 'step' : 'steps'})`;
