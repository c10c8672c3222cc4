import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import { PIPELINE_STATE_QUERY, PIPELINE_UPDATES } from '../../contract/names.js';
import type { PipelineMessage, PipelinePlan, PipelineState } from '../../contract/pipeline.js';
import type { CarriedItem, Packed, PipelineParameters } from '../../contract/pipeline-run.js';
import { bytesOf, pack } from '../../pipeline/packed.js';
import { isRecord } from '../../pipeline/planner/plan-shape.js';
import { refusalOf } from '../../pipeline/planner/refusal.js';
import { currentActivation, isCurrent } from '../runtime/activation.js';
import { registerHandlers } from '../runtime/run-registry.js';
import { workflowState } from '../runtime/workflow-state.js';
import { carriedItems } from './hand-over.js';
import type { PipelineRun } from './pipeline-run.js';

/** Addressing of a message: which pipeline it is for, if a workflow runs several. */
export interface ToPipeline {
  /** `run.key` of the pipeline. @default the only one that has not ended */
  readonly pipeline?: string;
}

type Input<Kind extends PipelineMessage['kind']> = Omit<
  Extract<PipelineMessage, { readonly kind: Kind }>,
  'kind'
> &
  ToPipeline;

export const pauseUpdate = defineUpdate<undefined, [Input<'pause'>?]>(PIPELINE_UPDATES.pause);
export const resumeUpdate = defineUpdate<undefined, [Input<'resume'>?]>(PIPELINE_UPDATES.resume);
export const cancelStepUpdate = defineUpdate<undefined, [Input<'cancelStep'>]>(
  PIPELINE_UPDATES.cancelStep,
);
export const retryStepUpdate = defineUpdate<undefined, [Input<'retryStep'>]>(
  PIPELINE_UPDATES.retryStep,
);
export const skipStepUpdate = defineUpdate<undefined, [Input<'skipStep'>]>(
  PIPELINE_UPDATES.skipStep,
);
export const approveUpdate = defineUpdate<undefined, [Input<'approve'>]>(PIPELINE_UPDATES.approve);

export interface PipelineStateAnswer {
  readonly plan: PipelinePlan;
  readonly parameters: PipelineParameters;
  readonly state: PipelineState;
  /** Items in flight, or that were in flight when the workflow closed, with the state of each. */
  readonly carried: readonly CarriedItem[];
  /** Profile of the steps that name none, where the run was given one. */
  readonly profile?: string;
}
/** Whole states by `run.key`, compressed where they are large: what `rerun` takes. */
export const pipelineStateQuery =
  defineQuery<Readonly<Record<string, PipelineStateAnswer | Packed>>>(PIPELINE_STATE_QUERY);

/** What the pipelines of one workflow have in common. */
interface PipelineRegistry {
  readonly runs: Map<string, PipelineRun>;
  /** Messages that came before the first pipeline had been read. */
  readonly early: (() => void)[];
  isListening: boolean;
}

const pipelineRegistry = workflowState<PipelineRegistry>(() => ({
  runs: new Map(),
  early: [],
  isListening: false,
}));

/**
 * Takes messages and queries from now on. A message that comes while the pipeline is still being read waits for it.
 * Messages of the first workflow task are dispatched once all pipelines exist that the workflow starts in it. The server
 * forgets a first task in which every message was refused and nothing else happened, but the worker keeps what the code
 * did: on replay, messages that came later are dispatched in the first task.
 */
export function registerUpdates(): void {
  const own = pipelineRegistry();
  if (own.isListening) return;
  own.isListening = true;
  registerHandlers();
  const activation = currentActivation();
  void Promise.resolve().then(() => {
    if (isCurrent(activation)) setHandlers();
  });
}

function setHandlers(): void {
  registerUpdate(pauseUpdate, 'pause', 'Starts nothing new until resumed; what runs goes on');
  registerUpdate(resumeUpdate, 'resume', 'Goes on after a pause');
  registerUpdate(
    cancelStepUpdate,
    'cancelStep',
    'Stops the items of a step that run, and starts no more',
  );
  registerUpdate(retryStepUpdate, 'retryStep', 'Runs what failed of a step again');
  registerUpdate(skipStepUpdate, 'skipStep', 'Does not run a step, or takes its failure as a skip');
  registerUpdate(approveUpdate, 'approve', 'Answers an approval');
  setHandler(pipelineStateQuery, allStates, {
    description: 'The whole state of each pipeline: what a rerun goes on from',
  });
}

/** Maximum bytes of a query result: the server refuses 2 MB. */
const MAX_ANSWER_BYTES = 1_500_000;

/** The newest states, as many as one answer holds. */
function allStates(): Readonly<Record<string, PipelineStateAnswer | Packed>> {
  const answers: (readonly [string, PipelineStateAnswer | Packed])[] = [];
  let bytes = 0;
  for (const [key, { surroundings, state, items, profile }] of [
    ...pipelineRegistry().runs,
  ].reverse()) {
    const { plan, parameters } = surroundings;
    const carried = carriedItems(plan, state, items);
    const answer = { plan, parameters, state, carried, ...(profile !== undefined && { profile }) };
    const packed = pack<PipelineStateAnswer>(answer, MAX_ANSWER_BYTES);
    bytes += bytesOf(packed);
    if (bytes > MAX_ANSWER_BYTES && answers.length > 0) break;
    answers.unshift([key, packed]);
  }
  return Object.fromEntries(answers);
}

/** Registers a run as a receiver of messages. Messages that waited for it are queued before it is played. */
export function addRun(run: PipelineRun): void {
  const { runs, early } = pipelineRegistry();
  runs.set(run.surroundings.run.key, run);
  for (const ask of early.splice(0)) ask();
}

const whenRead = (ask: () => Promise<string | undefined>): Promise<string | undefined> =>
  new Promise((resolve) => {
    pipelineRegistry().early.push(() => {
      resolve(ask());
    });
  });

type Given = Readonly<Record<string, unknown>> | undefined;
type AnyUpdate = UpdateDefinition<undefined, [input: Given]>;

function registerUpdate(update: unknown, kind: PipelineMessage['kind'], description: string): void {
  setHandler(
    update as AnyUpdate,
    async (input: Given) => {
      const ask = async () => runFor(input).ask(messageOf(kind, input));
      const refusal = await (pipelineRegistry().runs.size > 0 ? ask() : whenRead(ask));
      if (refusal !== undefined) throw refused([refusal]);
      return undefined;
    },
    {
      description,
      validator: (input: Given) => {
        const message = messageOf(kind, input);
        if (pipelineRegistry().runs.size === 0) return;
        const { surroundings, state } = runFor(input);
        const refusal = refusalOf(surroundings.plan, state, message);
        if (refusal !== undefined) throw refused([refusal]);
      },
    },
  );
}

const refused = (problems: readonly string[]): ApplicationFailure =>
  ApplicationFailure.nonRetryable(problems.join('; '), 'DataFlowInvalidInput');

function runFor(input: ToPipeline = {}): PipelineRun {
  const { runs } = pipelineRegistry();
  const open = [...runs.values()].filter(({ state }) => state.ended === undefined);
  const candidates = open.length > 0 ? open : [...runs.values()];
  const named = input.pipeline === undefined ? undefined : runs.get(input.pipeline);
  if (named !== undefined) return named;
  const [only] = candidates;
  if (only !== undefined && input.pipeline === undefined && candidates.length === 1) return only;
  const keys = candidates.map(({ surroundings }) => surroundings.run.key).join(', ');
  throw refused([`pipeline: must be the key of a pipeline of this workflow: ${keys}`]);
}

/** A string that is stored with the run; its length is limited. */
const isText =
  (most: number) =>
  (value: unknown): boolean =>
    typeof value === 'string' && value !== '' && value.length <= most;

const MAX_NAME = 100;
const MAX_COMMENT = 1_000;

/** Rule of each property. */
const MEMBERS: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  step: ['the id of a step', isText(MAX_NAME)],
  reason: [`a string of at most ${MAX_COMMENT} characters`, isText(MAX_COMMENT)],
  by: [`a string of at most ${MAX_NAME} characters`, isText(MAX_NAME)],
  comment: [`a string of at most ${MAX_COMMENT} characters`, isText(MAX_COMMENT)],
  pipeline: ['the run.key of a pipeline', isText(MAX_COMMENT)],
  approve: ['true or false', (value) => typeof value === 'boolean'],
  item: [
    'an integer of at least 0, the number of an item',
    (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  ],
};
const REQUIRED: Readonly<Record<PipelineMessage['kind'], readonly string[]>> = {
  pause: [],
  resume: [],
  cancelStep: ['step'],
  retryStep: ['step'],
  skipStep: ['step'],
  approve: ['step', 'approve'],
};
const OPTIONAL: Partial<Record<PipelineMessage['kind'], readonly string[]>> = {
  skipStep: ['reason'],
  approve: ['item', 'by', 'comment'],
};

/** @throws ApplicationFailure naming everything that is wrong with the input */
function messageOf(kind: PipelineMessage['kind'], given: unknown = {}): PipelineMessage {
  if (!isRecord(given)) throw refused(['the input must be an object, e.g. { step }']);
  const input: NonNullable<Given> = given;
  const required = REQUIRED[kind];
  const known = [...required, ...(OPTIONAL[kind] ?? []), 'pipeline'];
  const problems = Object.keys(input)
    .filter((name) => !known.includes(name))
    .slice(0, MAX_NAME)
    .map((name) => `${name.slice(0, MAX_NAME)}: unknown property; known are ${known.join(', ')}`);
  for (const [name, [what, isFit]] of Object.entries(MEMBERS)) {
    const isGiven = input[name] !== undefined;
    if (!known.includes(name) || (!isGiven && !required.includes(name))) continue;
    const value = input[name];
    const length = typeof value === 'string' ? ` (this one has ${value.length})` : '';
    if (!isFit(value)) problems.push(`${name}: must be ${what}${length}`);
  }
  if (problems.length > 0) throw refused(problems);
  const said = Object.entries(input).filter(([name]) => name !== 'pipeline');
  return { kind, ...Object.fromEntries(said) } as PipelineMessage;
}
