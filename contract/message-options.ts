import { ID } from './ids.js';
import type { MessageInput, PipelineMessage } from './pipeline.js';
import type { ResolveSubmission } from './run.js';
import type { Options } from './validate.js';

/** Properties of the Updates of a pipeline, and of the Update that resolves a submission. */

const TO_PIPELINE = {
  pipeline: {
    kind: 'string',
    maxLength: 1_000,
    about: 'Key (`run.key`) of the pipeline, where a workflow runs several.',
    unset: 'the only one that has not ended',
    flag: '--pipeline <key>',
  },
} as const;
const STEP = {
  step: { kind: 'string', maxLength: 100, about: 'Name of the step.' },
} as const;
/** These texts are stored with the run, so their length is limited. */
const TEXT = { kind: 'string', maxLength: 1_000 } as const;

export const MESSAGE_OPTIONS = {
  pause: TO_PIPELINE,
  resume: TO_PIPELINE,
  cancelStep: { ...STEP, ...TO_PIPELINE },
  retryStep: { ...STEP, ...TO_PIPELINE },
  skipStep: {
    ...STEP,
    reason: { ...TEXT, about: 'Shown with the step.', unset: 'none', flag: '--reason <text>' },
    ...TO_PIPELINE,
  },
  approve: {
    ...STEP,
    approve: { kind: 'boolean', about: 'true: the step succeeds; false: it fails.' },
    by: {
      kind: 'string',
      maxLength: 100,
      about: 'Who decides.',
      unset: 'nobody is named',
      flag: '--by <name>',
    },
    comment: {
      ...TEXT,
      about: 'A note for later steps and for readers.',
      unset: 'none',
      flag: '--comment <text>',
    },
    item: {
      kind: 'integer',
      min: 0,
      about: 'Which item of an approval with `forEach`, counted from 0.',
      unset: 'all that wait',
      flag: '--item <number>',
    },
    ...TO_PIPELINE,
  },
} as const satisfies { readonly [Kind in PipelineMessage['kind']]: Options<MessageInput<Kind>> };

export const RESOLVE_OPTIONS = {
  submission: {
    kind: 'string',
    maxLength: 100,
    about: 'Key of the submission, as in the progress query.',
  },
  executionId: {
    kind: 'string',
    pattern: ID,
    must: "must be the id of the execution of this submission, or 'none'",
    about: "The execution that is the submission's, or `none`.",
  },
} as const satisfies Options<ResolveSubmission>;
