import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { CLIENT_OPTIONS } from '../../../client/options.js';
import { MESSAGE_OPTIONS } from '../../../contract/message-options.js';
import { PIPELINE_UPDATES } from '../../../contract/names.js';
import {
  ACTIVITY_RETRY_OPTIONS,
  JOB_CONDITION_OPTIONS,
  REMOTE_WORKFLOW_OPTIONS,
  RETRY_OPTIONS,
  RUN_JOB_OPTIONS,
} from '../../../contract/run-options.js';
import { TIMING_OPTIONS } from '../../../contract/timings.js';
import {
  aboutText,
  type AnyOption,
  type OptionTable,
  defaultText,
  mustText,
} from '../../../contract/validate.js';
import { PROFILE_OPTIONS } from '../../../worker/profile-options.js';
import { WORKER_OPTIONS } from '../../../worker/worker-options.js';

const PAGE = '../../../docs/options.md';
const INTRO = `# Options

Durations are milliseconds, or strings such as \`90s\`, \`2h 30m\`, \`1d\`. Every problem of a request is told at once, with its place, before anything is called.
A flag belongs to \`dataflow run\` unless said otherwise. An option with **yes** under _step_ may be set by a step of a pipeline, and by its \`defaults\`
where the step is a job. Another text in that column is the value that the option has in a step.

`;

const value = (option: AnyOption): string =>
  option.kind === 'object' ? 'an object' : mustText(option).replace(/^must (be )?/, '');
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

const HEADS = ['option', 'meaning', 'value', 'default', 'flag', 'step'] as const;
type Head = (typeof HEADS)[number] | 'variable';

function section(
  title: string,
  options: OptionTable,
  { heads = HEADS, text = '' }: { readonly heads?: readonly Head[]; readonly text?: string } = {},
): string {
  const rows = Object.entries(options).map(([name, option]): Readonly<Record<Head, string>> => ({
    option: code(name),
    meaning: aboutText(option),
    value: value(option),
    default: byDefault(option),
    flag: option.flag === undefined ? '–' : code(option.flag),
    variable: option.variable === undefined ? '–' : code(option.variable),
    step: inStep(option),
  }));
  const shown = heads.filter((head) => rows.some((cells) => cells[head] !== '–'));
  const lines = [
    shown,
    shown.map(() => '---'),
    ...rows.map((cells) => shown.map((head) => cells[head])),
  ];
  return `${title}\n\n${text}${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n\n`;
}

const OF_PROFILES: readonly Head[] = ['option', 'meaning', 'value', 'default', 'variable'];
const OF_WORKERS: readonly Head[] = ['variable', 'meaning', 'value', 'default', 'flag'];

it('docs/options.md is the tables of options: npx vitest run FILE -u writes it anew', async () => {
  const page = [
    INTRO,
    section('## A run of a job: `runJob`, `startJob`, `dataflow run`', RUN_JOB_OPTIONS),
    section('## `jobCondition`', JOB_CONDITION_OPTIONS),
    section('## `retry`', RETRY_OPTIONS),
    section('## A run of a remote workflow: `runRemoteWorkflow`', REMOTE_WORKFLOW_OPTIONS, {
      heads: ['option', 'meaning', 'value', 'default', 'step'],
    }),
    section('## `retry` of an activity step', ACTIVITY_RETRY_OPTIONS),
    `## Messages to a pipeline

Each Update takes \`pipeline\`, and each that is about a step takes \`step\`; these take more. The flags are those of \`dataflow pipeline skip-step\`, and so on.

`,
    ...Object.entries<OptionTable>(MESSAGE_OPTIONS)
      .filter(([, options]) => Object.keys(options).some((name) => !ADDRESS.includes(name)))
      .map(([kind, options]) =>
        section(`### ${code(PIPELINE_UPDATES[kind as keyof typeof PIPELINE_UPDATES])}`, options),
      ),
    section('## A worker: `runWorker`, `dataflow worker`', WORKER_OPTIONS, {
      heads: OF_WORKERS,
      text: 'Variables of the environment; an empty one counts as unset. The flags are those of `dataflow worker`.\n\n',
    }),
    section('## A profile', PROFILE_OPTIONS, {
      heads: OF_PROFILES,
      text: 'In code or in the file of `DATAFLOW_PROFILES_FILE`; the variables are those of profile `default` ([profiles of a worker](credentials.md#profiles-of-a-worker)).\n\n',
    }),
    section('## `timings` of a profile', TIMING_OPTIONS, {
      text: 'What X, T and V are for is in [the submit protocol](submit-protocol.md); the pauses: [polling](polling.md).\n\n',
    }),
    section('## A client: `createDataFlowClient`', CLIENT_OPTIONS),
  ].join('');
  const config = await resolveConfig(new URL(PAGE, import.meta.url).pathname);
  const text = await format(page, { ...config, parser: 'markdown' });
  await expect(text).toMatchFileSnapshot(PAGE);
});
