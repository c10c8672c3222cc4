import type { DataFlowClient } from '../../../client/client.js';
import { DataFlowCallError, DataFlowInvalidInputError } from '../../../client/errors.js';
import { rowsOf } from '../../../client/pages.js';
import type { JobExecution } from '../../../contract/job.js';
import { DEFAULT_PROFILE } from '../../../contract/names.js';
import type { WrittenPipeline } from '../../../pipeline/spec/pipeline-schema.js';
import {
  keyOf,
  type NamedResource,
  namesOf,
  type ResolvedName,
  type ResolvedNames,
  resolveJobs,
  resolveRemoteWorkflows,
} from '../../../pipeline/spec/resolve-names.js';
import { createNewestReader } from '../../../polling/newest-executions.js';
import { callErrorText } from '../../call-errors.js';
import { CommandFailed } from '../../command-failed.js';
import { withService } from '../../profile.js';
import type { FindHistory, JobHistory } from './expected-time.js';

/** What the service tells of the jobs and workflows that a pipeline names. */
export interface Asked {
  readonly resolve: (resource: NamedResource) => ResolvedName | undefined;
  readonly history: FindHistory;
}

/** The service could not be asked; what to do about it. */
export interface NotAsked {
  readonly notAsked: string;
}

/**
 * Looks up names and histories. `profile` is that of the steps which name none.
 * @throws DataFlowInvalidInputError where the service answers that there is no such job or workflow
 */
export async function askService(
  spec: WrittenPipeline,
  profile: string,
): Promise<Asked | NotAsked> {
  const told: Told = { names: new Map(), histories: new Map(), problems: [] };
  try {
    for (const [name, resources] of byProfile(namesOf(spec), profile))
      await withService(name, (client) => askProfile(client, name, resources, told));
  } catch (error) {
    return { notAsked: reasonOf(error) };
  }
  if (told.problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow pipeline', told.problems);
  const nameOf = (own: string | undefined): string => own ?? profile;
  return {
    resolve: (resource) =>
      told.names.get(keyOf({ ...resource, profile: nameOf(resource.profile) })),
    history: (jobId, own) => told.histories.get(`${nameOf(own)} ${jobId}`),
  };
}

interface Told {
  readonly names: Map<string, ResolvedName>;
  readonly histories: Map<string, JobHistory>;
  readonly problems: string[];
}

function byProfile(
  names: readonly NamedResource[],
  fallback: string,
): ReadonlyMap<string, readonly NamedResource[]> {
  const groups = new Map<string, NamedResource[]>();
  for (const resource of names) {
    const { profile = fallback } = resource;
    groups.set(profile, [...(groups.get(profile) ?? []), resource]);
  }
  return groups;
}

async function askProfile(
  client: DataFlowClient,
  profile: string,
  resources: readonly NamedResource[],
  told: Told,
): Promise<void> {
  const namesBy = (kind: NamedResource['kind']): readonly string[] => [
    ...new Set(resources.flatMap((one) => (one.kind === kind ? [one.name] : []))),
  ];
  const [jobs, workflows] = [namesBy('job'), namesBy('remoteWorkflow')];
  if (jobs.length > 0) {
    const resolved = resolveJobs(jobs, await all(rowsOf(client, 'getJobs', PAGE)));
    for (const { id } of note('job', profile, resolved, told))
      told.histories.set(`${profile} ${id}`, await historyOf(client, id));
  }
  if (workflows.length > 0) {
    const rows = await all(rowsOf(client, 'getWorkflows', PAGE));
    note('remoteWorkflow', profile, resolveRemoteWorkflows(workflows, rows), told);
  }
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
    names.set(keyOf({ kind, name, profile }), found);
  return Object.values(answer.resolved);
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return read;
}

/** Newest completed executions that a median is made of. */
const MOST_RUNS = 50;

async function historyOf(client: DataFlowClient, jobId: string): Promise<JobHistory> {
  const { rows } = await createNewestReader(client).read(jobId);
  const { output: job } = await client.call('getJobById', { jobId });
  const times = rows
    .filter(({ status }) => status === 'COMPLETED')
    .flatMap(lengthOf)
    .slice(0, MOST_RUNS)
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
  const ms = Date.parse(endDate ?? '') - Date.parse(createdDate ?? '');
  return ms >= 0 ? [ms] : [];
}

/** Why nobody could be asked. @throws what is a fault of this program */
function reasonOf(error: unknown): string {
  if (error instanceof DataFlowCallError) return callErrorText(error);
  if (error instanceof DataFlowInvalidInputError) return error.problems.join('; ');
  if (error instanceof CommandFailed) return error.message;
  throw error;
}
