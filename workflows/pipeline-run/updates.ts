import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import { defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import { MESSAGE_OPTIONS } from '../../contract/message-options.js';
import { PIPELINE_STATE_QUERY, PIPELINE_UPDATES } from '../../contract/names.js';
import type {
  MessageInput,
  PipelineMessage,
  PipelinePlan,
  PipelineState,
  ToPipeline,
} from '../../contract/pipeline.js';
import type { CarriedItem, Packed, PipelineParameters } from '../../contract/pipeline-run.js';
import type { ScheduledRun } from '../../contract/schedule.js';
import { problemsOf, problemTexts } from '../../contract/validate.js';
import { bytesOf, pack } from '../../pipeline/packed.js';
import { messageRefusal } from '../../pipeline/planner/message-refusal.js';
import { currentActivation, isCurrent } from '../runtime/activation.js';
import { registerHandlers } from '../runtime/run-registry.js';
import { workflowState } from '../runtime/workflow-state.js';
import { carriedItems } from './hand-over.js';
import type { PipelineRun } from './pipeline-run.js';

export const pauseUpdate = defineUpdate<undefined, [MessageInput<'pause'>?]>(
  PIPELINE_UPDATES.pause,
);
export const resumeUpdate = defineUpdate<undefined, [MessageInput<'resume'>?]>(
  PIPELINE_UPDATES.resume,
);
export const cancelStepUpdate = defineUpdate<undefined, [MessageInput<'cancelStep'>]>(
  PIPELINE_UPDATES.cancelStep,
);
export const retryStepUpdate = defineUpdate<undefined, [MessageInput<'retryStep'>]>(
  PIPELINE_UPDATES.retryStep,
);
export const skipStepUpdate = defineUpdate<undefined, [MessageInput<'skipStep'>]>(
  PIPELINE_UPDATES.skipStep,
);
export const approveUpdate = defineUpdate<undefined, [MessageInput<'approve'>]>(
  PIPELINE_UPDATES.approve,
);

export interface PipelineStateAnswer {
  readonly plan: PipelinePlan;
  readonly parameters: PipelineParameters;
  readonly state: PipelineState;
  /** Items in flight, or in flight when the workflow closed, with their states. */
  readonly carried: readonly CarriedItem[];
  /** Profile of the steps that name none, where the run was given one. */
  readonly profile?: string;
  /** Of a run for a scheduled time. */
  readonly scheduled?: ScheduledRun;
}
/** Full states by `run.key`, compressed where they are large; option `rerun` takes one. */
export const pipelineStateQuery =
  defineQuery<Readonly<Record<string, PipelineStateAnswer | Packed>>>(PIPELINE_STATE_QUERY);

/** State that the pipelines of one workflow share. */
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
 * Accepts messages and queries from now on. A message that comes while the pipeline is still being read waits for that.
 * Messages of the first workflow task are dispatched after the workflow has started its pipelines. The reason: the
 * server drops a first task in which every message was refused and nothing else happened, but the worker keeps what the
 * code did. On replay, later messages are therefore dispatched in the first task.
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
  for (const { update, handler, options } of UPDATES) setHandler(update, handler, options);
  setHandler(pipelineStateQuery, allStates, {
    description: 'The full state of each pipeline, for a rerun',
  });
}

/** Maximum bytes of a query result: the server refuses 2 MB. */
const MAX_ANSWER_BYTES = 1_500_000;

/** The newest states, as many as one answer holds. */
function allStates(): Readonly<Record<string, PipelineStateAnswer | Packed>> {
  const answers: (readonly [string, PipelineStateAnswer | Packed])[] = [];
  let bytes = 0;
  for (const [key, { surroundings, state, items, profile, scheduled }] of [
    ...pipelineRegistry().runs,
  ].reverse()) {
    const { plan, parameters } = surroundings;
    const carried = carriedItems(plan, state, items);
    const answer: PipelineStateAnswer = {
      ...{ plan, parameters, state, carried },
      ...(profile !== undefined && { profile }),
      ...(scheduled !== undefined && { scheduled }),
    };
    const packed = pack<PipelineStateAnswer>(answer, MAX_ANSWER_BYTES);
    bytes += bytesOf(packed);
    if (bytes > MAX_ANSWER_BYTES && answers.length > 0) break;
    answers.unshift([key, packed]);
  }
  return Object.fromEntries(answers);
}

/** Registers a run as a receiver of messages. Messages that waited for it are queued before it begins. */
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

/** An update and its handler, which is made once for all workflows of a worker. */
function handled(update: unknown, kind: PipelineMessage['kind'], description: string) {
  return {
    update: update as AnyUpdate,
    handler: async (input: Given) => {
      const ask = async () => runFor(input).ask(messageOf(kind, input));
      const refusal = await (pipelineRegistry().runs.size > 0 ? ask() : whenRead(ask));
      if (refusal !== undefined) throw refused([refusal]);
      return undefined;
    },
    options: {
      description,
      validator: (input: Given) => {
        const message = messageOf(kind, input);
        if (pipelineRegistry().runs.size === 0) return;
        const { surroundings, state } = runFor(input);
        const refusal = messageRefusal(surroundings.plan, state, message);
        if (refusal !== undefined) throw refused([refusal]);
      },
    },
  };
}

const UPDATES = [
  handled(pauseUpdate, 'pause', 'Starts no further steps until resume; running ones go on'),
  handled(resumeUpdate, 'resume', 'Ends a pause'),
  handled(
    cancelStepUpdate,
    'cancelStep',
    'Stops the running items of a step, and starts no more of them',
  ),
  handled(retryStepUpdate, 'retryStep', 'Runs the failed items of a step again'),
  handled(skipStepUpdate, 'skipStep', 'Does not run a step, or counts its failure as a skip'),
  handled(approveUpdate, 'approve', 'Answers an approval'),
];

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

/** @throws ApplicationFailure naming all problems of the input */
function messageOf(kind: PipelineMessage['kind'], given: unknown = {}): PipelineMessage {
  const rule = { kind: 'object', options: MESSAGE_OPTIONS[kind], example: '{ step }' } as const;
  const problems = problemTexts(problemsOf(rule, given), 'the input');
  if (problems.length > 0) throw refused(problems);
  const input = Object.entries(given as object).filter(([name]) => name !== 'pipeline');
  return { kind, ...Object.fromEntries(input) } as PipelineMessage;
}
