import type { DataFlowClient } from '../../../client/client.js';
import { DataFlowCallError, DataFlowInvalidInputError } from '../../../client/errors.js';
import { rowsOf } from '../../../client/operations/pages.js';
import { type JobExecution, msBetween } from '../../../contract/job.js';
import { DEFAULT_PROFILE } from '../../../contract/names.js';
import type { WrittenPipeline } from '../../../pipeline/definition/pipeline-schema.js';
import {
  lookUpNames,
  type NameGroup,
  nameGroups,
} from '../../../pipeline/definition/look-up-names.js';
import {
  resourceKey,
  type NamedResource,
  namesOf,
  type ResolvedName,
  type ResolvedNames,
} from '../../../pipeline/definition/resolve-names.js';
import { createNewestReader } from '../../../polling/newest-executions.js';
import { callErrorText } from '../../call-errors.js';
import { CommandFailed } from '../../command-failed.js';
import { NoSuchProfile, withService } from '../../profile.js';
import type { FindHistory, JobHistory } from './expected-time.js';

/** Facts from the service about the jobs and workflows that a pipeline names. */
export interface Asked {
  readonly resolve: (resource: NamedResource) => ResolvedName | undefined;
  readonly history: FindHistory;
}

/** Why the service was not asked, and what to do about it. */
export interface NotAsked {
  readonly notAsked: string;
}

/**
 * Looks up names and histories. `profile` applies to steps that name none.
 * @throws DataFlowInvalidInputError where the service answers that there is no such job or workflow
 */
export async function askService(
  spec: WrittenPipeline,
  profile: string,
): Promise<Asked | NotAsked> {
  const told: Told = { names: new Map(), histories: new Map(), problems: [] };
  try {
    for (const group of nameGroups(withFallback(namesOf(spec), profile)))
      await withService(group.profile ?? profile, (client) => askGroup(client, group, told));
  } catch (error) {
    return { notAsked: reasonOf(error) };
  }
  if (told.problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow pipeline', told.problems);
  const nameOf = (own: string | undefined): string => own ?? profile;
  return {
    resolve: (resource) =>
      told.names.get(resourceKey({ ...resource, profile: nameOf(resource.profile) })),
    history: (jobId, own) => told.histories.get(`${nameOf(own)} ${jobId}`),
  };
}

interface Told {
  readonly names: Map<string, ResolvedName>;
  readonly histories: Map<string, JobHistory>;
  readonly problems: string[];
}

const withFallback = (names: readonly NamedResource[], profile: string): readonly NamedResource[] =>
  names.map((resource) => ({ profile, ...resource }));

async function askGroup(client: DataFlowClient, group: NameGroup, told: Told): Promise<void> {
  const answer = await lookUpNames(group, {
    jobs: () => rowsOf(client, 'getJobs', PAGE),
    workflows: () => rowsOf(client, 'getWorkflows', PAGE),
  });
  const { kind, profile = DEFAULT_PROFILE } = group;
  const found = note(kind, profile, answer, told);
  if (kind !== 'job') return;
  for (const { id } of found) told.histories.set(`${profile} ${id}`, await historyOf(client, id));
}

const PAGE = { limit: 100 } as const;

function note(
  kind: NamedResource['kind'],
  profile: string,
  answer: ResolvedNames,
  { names, problems }: Told,
): readonly ResolvedName[] {
  if ('problems' in answer) {
    const where = profile === DEFAULT_PROFILE ? '' : ` (profile ${profile})`;
    problems.push(...answer.problems.map((problem) => `${problem}${where}`));
    return [];
  }
  for (const [name, found] of Object.entries(answer.resolved))
    names.set(resourceKey({ kind, name, profile }), found);
  return Object.values(answer.resolved);
}

/** The median is taken of so many of the newest completed executions. */
const MAX_RUNS = 50;

async function historyOf(client: DataFlowClient, jobId: string): Promise<JobHistory> {
  const { rows } = await createNewestReader(client).read(jobId);
  const { output: job } = await client.call('getJobById', { jobId });
  const times = rows
    .filter(({ status }) => status === 'COMPLETED')
    .flatMap(lengthOf)
    .slice(0, MAX_RUNS)
    .sort((a, b) => a - b);
  const medianMs = times[Math.floor(times.length / 2)];
  const { maxConcurrentRuns } = job;
  return {
    runs: times.length,
    ...(medianMs !== undefined && { medianMs }),
    ...(maxConcurrentRuns !== undefined && maxConcurrentRuns > 0 && { maxConcurrentRuns }),
  };
}

function lengthOf({ createdDate, endDate }: JobExecution): readonly number[] {
  const ms = msBetween(createdDate, endDate);
  return ms >= 0 ? [ms] : [];
}

/** Why the service could not be asked, e.g. a profile that only workers know. @throws any other error unchanged */
function reasonOf(error: unknown): string {
  if (error instanceof DataFlowCallError) return callErrorText(error);
  if (error instanceof NoSuchProfile) return error.problems.join('; ');
  if (error instanceof CommandFailed) return error.message;
  throw error;
}
