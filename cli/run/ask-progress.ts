import { QueryNotRegisteredError, type WorkflowHandle } from '@temporalio/client';
import { PIPELINE_STATE_QUERY, PROGRESS_QUERY } from '../../contract/names.js';
import type { Packed } from '../../contract/pipeline-run.js';
import type { AllProgress } from '../../contract/progress.js';
import { unpack } from '../../pipeline/packed.js';
import type { PipelineStateAnswer } from '../../workflows/pipeline-run/updates.js';
import { CommandFailed } from '../command-failed.js';
import { withPlaces } from '../group/places.js';
import type { Temporal } from './temporal-connection.js';

/** A worker that has the workflow in its cache answers within milliseconds; one that replays it takes longer. */
const QUERY_LIMIT_MS = 5_000;

/**
 * Progress of all runs of a workflow; `none` if the workflow has no such query; undefined if no worker answers within 5
 * s.
 */
export async function askProgress(
  temporal: Temporal,
  handle: WorkflowHandle,
): Promise<AllProgress | 'none' | undefined> {
  const all = await ask<AllProgress>(temporal, handle, PROGRESS_QUERY);
  return all === undefined || all === 'none' ? all : await withPlaces(temporal, all);
}

type States = Readonly<Record<string, PipelineStateAnswer>>;

/** Full states of the pipelines of a workflow by `run.key`; `none` and undefined as of {@link askProgress}. */
export async function pipelineStatesOf(
  temporal: Temporal,
  handle: WorkflowHandle,
): Promise<States | 'none' | undefined> {
  const answer = await ask<Readonly<Record<string, PipelineStateAnswer | Packed>>>(
    temporal,
    handle,
    PIPELINE_STATE_QUERY,
  );
  if (answer === undefined || answer === 'none') return answer;
  return Object.fromEntries(Object.entries(answer).map(([key, one]) => [key, unpack(one)]));
}

async function ask<Answer>(
  { connection }: Temporal,
  handle: WorkflowHandle,
  query: string,
): Promise<Answer | 'none' | undefined> {
  try {
    return await connection.withDeadline(Date.now() + QUERY_LIMIT_MS, () =>
      handle.query<Answer>(query),
    );
  } catch (error) {
    if (error instanceof CommandFailed) throw error; // payloads that cannot be read
    return error instanceof QueryNotRegisteredError ? 'none' : undefined;
  }
}

/** Steps that each step needs, by `run.key` and step. */
export type AllNeeds = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The graphs of the pipelines of a workflow; undefined if no worker answers, or the workflow has no such query. */
export async function askNeeds(
  temporal: Temporal,
  handle: WorkflowHandle,
): Promise<AllNeeds | undefined> {
  const states = await pipelineStatesOf(temporal, handle);
  if (states === undefined || states === 'none') return undefined;
  return Object.fromEntries(
    Object.entries(states).map(([key, { plan }]) => [
      key,
      Object.fromEntries(
        Object.entries({ ...plan.steps, ...plan.finally?.steps }).map(([id, { needs }]) => [
          id,
          needs,
        ]),
      ),
    ]),
  );
}
