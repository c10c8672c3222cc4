import { setImmediate } from 'node:timers/promises';
import type { PipelinePlan } from '../contract/pipeline.js';
import { INSTANT_RULE, instantMs, type ScheduledRun } from '../contract/schedule.js';
import type { PreparedPipeline, PreparePipelineInput } from '../contract/pipeline-run.js';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { rowsOf } from '../client/operations/pages.js';
import { readArguments } from '../pipeline/definition/check-parameters.js';
import { type CheckedPipeline, checkInSlices } from '../pipeline/definition/check-pipeline.js';
import { normalisePipeline, resolverOf } from '../pipeline/definition/normalise-pipeline.js';
import type { WrittenPipeline, WrittenStep } from '../pipeline/definition/pipeline-schema.js';
import { problemLine } from '../pipeline/definition/problem.js';
import { readInSlices, type ReadPipeline } from '../pipeline/definition/read-pipeline-yaml.js';
import { scheduledValuesOf } from '../pipeline/definition/scheduled-run.js';
import { type Pace, runInSlices, type Sliced } from '../pipeline/definition/sliced.js';
import { lookUpNames, type NameGroup, nameGroups } from '../pipeline/definition/look-up-names.js';
import {
  namesOf,
  type NamedResource,
  type ResolvedName,
} from '../pipeline/definition/resolve-names.js';
import { runActivity, BEAT_MS } from './activity-context.js';
import type { FindProfile } from './profile.js';

/**
 * Makes the plan of a pipeline. All problems of the definition, of parameters and of names are reported together. The
 * history holds the plan, so renaming a job later does not change the run.
 */
export const preparePipeline =
  (profiles: FindProfile) =>
  (input: PreparePipelineInput): Promise<PreparedPipeline> =>
    runActivity({}, BEAT_MS, async ({ signal }) => {
      const spec = withProfile(await specOf(input, signal), input.profile);
      const subject = input.subject ?? `pipeline ${spec.pipeline}`;
      const timed = scheduledOf(spec, input);
      const given = readArguments({ ...timed.parameters, ...input.parameters }, declaredBy(spec));
      const looked = await lookUp(namesOf(spec), profiles, signal);
      const problems = [
        ...timed.problems,
        ...('problems' in given ? given.problems : []),
        ...looked.problems,
      ];
      if ('problems' in given || problems.length > 0) throw invalid(subject, problems);
      const made = normalisePipeline(spec, { resolve: resolverOf(looked.found) });
      if ('problems' in made) throw invalid(subject, made.problems);
      const prepared: PreparedPipeline = {
        plan: made.plan,
        parameters: given.values,
        ...(timed.scheduled !== undefined && { scheduled: timed.scheduled }),
      };
      const bytes = Buffer.byteLength(JSON.stringify(prepared));
      if (bytes > MAX_PLAN_BYTES)
        throw invalid(subject, [
          `its plan with parameters has ${bytes} bytes, and must have at most ${MAX_PLAN_BYTES}: split it into several pipelines`,
        ]);
      return prepared;
    });

interface Timed {
  readonly scheduled?: ScheduledRun;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/** What a scheduled time gives a run. Zones are looked up here, because workflow code would depend on each worker's data. */
function scheduledOf(spec: WrittenPipeline, { scheduled }: PreparePipelineInput): Timed {
  if (scheduled === undefined) return { problems: [] };
  const { at, ...run } = scheduled;
  const atMs = instantMs(at);
  if (atMs === undefined) return { problems: [`scheduledAt: ${INSTANT_RULE}`] };
  const values = scheduledValuesOf(spec, atMs, run);
  return 'problems' in values ? values : { ...values, problems: [] };
}

/** Temporal takes a result of 2 MB, to which a codec may add. */
const MAX_PLAN_BYTES = 1_900_000;

/** In a checked pipeline all defaults are values. */
const declaredBy = (spec: WrittenPipeline): PipelinePlan['parameters'] =>
  (spec.parameters ?? {}) as PipelinePlan['parameters'];

const invalid = (subject: string, problems: readonly string[]): DataFlowInvalidInputError =>
  new DataFlowInvalidInputError(subject, told(problems));

/** Limit of a check. A valid pipeline of 1,000 steps takes some seconds. */
const MAX_CHECK_MS = 60_000;
/** Time after which the check yields to heartbeats and other activities. */
const SLICE_MS = 20;
/** Most problems in a failure, which must stay small. */
const MAX_TOLD = 50;

async function specOf(
  { pipeline, subject = 'the pipeline' }: PreparePipelineInput,
  signal: AbortSignal,
): Promise<WrittenPipeline> {
  const work: Sliced<CheckedPipeline | ReadPipeline> =
    typeof pipeline === 'string'
      ? readInSlices(pipeline, 'pipeline.yaml')
      : checkInSlices(pipeline);
  const read = await runInSlices(work, paceOf(signal));
  if ('spec' in read) return read.spec;
  const lines = read.problems.map((it) => (typeof it === 'string' ? it : problemLine(it)));
  throw invalid(subject, lines);
}

function told(problems: readonly string[]): readonly string[] {
  const more = problems.length - MAX_TOLD;
  return more > 0 ? [...problems.slice(0, MAX_TOLD), `and ${more} more`] : problems;
}

/** Yields to the event loop of the worker, and ends a check that takes too long. */
function paceOf(signal: AbortSignal): Pace {
  const endMs = performance.now() + MAX_CHECK_MS;
  let dueMs = performance.now() + SLICE_MS;
  return {
    isPauseDue: () => performance.now() >= dueMs,
    pause: async () => {
      signal.throwIfAborted();
      if (performance.now() > endMs)
        throw new DataFlowInvalidInputError('the pipeline', [
          `takes longer than ${MAX_CHECK_MS / 1_000} s to check: split it into several pipelines`,
        ]);
      await setImmediate();
      dueMs = performance.now() + SLICE_MS;
    },
  };
}

/** Sets the profile of the run in each step that names none. */
function withProfile(spec: WrittenPipeline, profile: string | undefined): WrittenPipeline {
  if (profile === undefined) return spec;
  const own = spec.defaults?.profile;
  const steps = Object.entries(spec.steps).map(
    ([id, step]) => [id, stepWithProfile(step, profile, own)] as const,
  );
  return { ...spec, steps: Object.fromEntries(steps) };
}

function stepWithProfile(
  step: WrittenStep,
  profile: string,
  ofJobs: string | undefined,
): WrittenStep {
  if ('job' in step) return { ...step, profile: step.profile ?? ofJobs ?? profile };
  if ('remoteWorkflow' in step) return { ...step, profile: step.profile ?? profile };
  if (!('pipeline' in step) || typeof step.pipeline === 'string') return step;
  return { ...step, pipeline: withProfile(step.pipeline, profile) };
}

interface LookedUp {
  readonly found: readonly { readonly resource: NamedResource; readonly as: ResolvedName }[];
  readonly problems: readonly string[];
}

/** Reads one list for each kind and profile that is named. */
async function lookUp(
  resources: readonly NamedResource[],
  profiles: FindProfile,
  signal: AbortSignal,
): Promise<LookedUp> {
  const found: LookedUp['found'][number][] = [];
  const problems: string[] = [];
  for (const group of nameGroups(resources)) {
    const { client } = profiles(group.profile);
    const answer = await lookUpNames(group, {
      jobs: () => rowsOf(client, 'getJobs', PAGE, { signal }),
      workflows: () => rowsOf(client, 'getWorkflows', PAGE, { signal }),
    });
    if ('problems' in answer) problems.push(...answer.problems);
    else found.push(...pairsOf(group, answer.resolved));
  }
  return { found, problems };
}

const PAGE = { limit: 100 } as const;

const pairsOf = (
  { kind, profile }: NameGroup,
  resolved: Readonly<Record<string, ResolvedName>>,
): LookedUp['found'] =>
  Object.entries(resolved).map(([name, as]) => ({
    resource: { kind, name, ...(profile !== undefined && { profile }) },
    as,
  }));
