import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { MESSAGE_OPTIONS } from '../../../contract/message-options.js';
import { PIPELINE_UPDATES } from '../../../contract/names.js';
import {
  ACTIVITY_RETRY_OPTIONS,
  JOB_CONDITION_OPTIONS,
  REMOTE_WORKFLOW_OPTIONS,
  RETRY_OPTIONS,
  RUN_JOB_OPTIONS,
} from '../../../contract/run-options.js';
import {
  aboutText,
  type AnyOption,
  type OptionTable,
  defaultText,
  mustText,
} from '../../../contract/validate.js';

const PAGE = '../../../docs/options.md';
const INTRO = `# Options

Durations are milliseconds, or strings such as \`90s\`, \`2h 30m\`, \`1d\`. Every problem of a request is told at once, with its place, before anything is called.
A flag belongs to \`dataflow run\` unless said otherwise. An option with **yes** under _step_ may be set by a step of a pipeline, and by its \`defaults\`
where the step is a job. Another text in that column is the value that the option has in a step.

`;

const value = (option: AnyOption): string =>
  option.kind === 'object' ? 'an object' : mustText(option).slice('must be '.length);
const code = (text: string): string => `\`${text}\``;
const byDefault = (option: AnyOption): string => {
  if (option.unset !== undefined) return option.unset;
  return option.default === undefined ? '**required**' : code(defaultText(option));
};
function inStep({ step }: AnyOption): string {
  if (step === undefined || step === true) return step === true ? '**yes**' : '–';
  return step.unset ?? (step.default === undefined ? '**yes**' : code(defaultText(step)));
}

/** Properties of nearly every message. */
const ADDRESS = ['step', 'pipeline'];

function section(title: string, options: OptionTable, hasFlags = true, level = '##'): string {
  const rows = Object.entries(options).map(([name, option]) => [
    code(name),
    aboutText(option),
    value(option),
    byDefault(option),
    option.flag === undefined || !hasFlags ? '–' : code(option.flag),
    inStep(option),
  ]);
  const heads = ['option', 'meaning', 'value', 'default', 'flag', 'step'];
  const isEmpty = heads.map((_, column) => rows.every((cells) => cells[column] === '–'));
  const lines = [heads, heads.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.filter((_, column) => !isEmpty[column]).join(' | ')} |`,
  );
  return `${level} ${title}\n\n${lines.join('\n')}\n\n`;
}

it('docs/options.md is the tables of options: npx vitest run FILE -u writes it anew', async () => {
  const page = [
    INTRO,
    section('A run of a job: `runJob`, `startJob`, `dataflow run`', RUN_JOB_OPTIONS),
    section('`jobCondition`', JOB_CONDITION_OPTIONS),
    section('`retry`', RETRY_OPTIONS),
    section('A run of a remote workflow: `runRemoteWorkflow`', REMOTE_WORKFLOW_OPTIONS, false),
    section('`retry` of an activity step', ACTIVITY_RETRY_OPTIONS),
    `## Messages to a pipeline

Each Update takes \`pipeline\`, and each that is about a step takes \`step\`; these take more. The flags are those of \`dataflow pipeline skip-step\`, and so on.

`,
    ...Object.entries<OptionTable>(MESSAGE_OPTIONS)
      .filter(([, options]) => Object.keys(options).some((name) => !ADDRESS.includes(name)))
      .map(([kind, options]) =>
        section(
          code(PIPELINE_UPDATES[kind as keyof typeof PIPELINE_UPDATES]),
          options,
          true,
          '###',
        ),
      ),
  ].join('');
  const config = await resolveConfig(new URL(PAGE, import.meta.url).pathname);
  const text = await format(page, { ...config, parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(PAGE);
});
