import { suggestionText } from '../../contract/suggest.js';
import { MAX_HINTS } from './check-graph.js';
import { finallyPipeline } from './finally-pipeline.js';
import { effectiveStep } from './job-defaults.js';
import type { WrittenPipeline } from './pipeline-schema.js';

/** A job or a workflow of the service that a step names. */
export interface NamedResource {
  readonly kind: 'job' | 'remoteWorkflow';
  /** Id or name. */
  readonly name: string;
  /** Profile by which it is looked up. @default the profile of the run */
  readonly profile?: string;
}

/** All resources that a pipeline and the pipelines within it name, each once. */
export function namesOf(spec: WrittenPipeline): readonly NamedResource[] {
  const all = Object.values(spec.steps).flatMap((written): readonly NamedResource[] => {
    const step = effectiveStep(written, spec);
    if ('pipeline' in step) return typeof step.pipeline === 'string' ? [] : namesOf(step.pipeline);
    const name = 'job' in step ? step.job : 'remoteWorkflow' in step ? step.remoteWorkflow : '';
    if (!('job' in step || 'remoteWorkflow' in step)) return [];
    if (isLate(name, step.profile)) return [];
    const kind = 'job' in step ? 'job' : 'remoteWorkflow';
    return [{ kind, name, ...(step.profile !== undefined && { profile: step.profile }) }];
  });
  const within = finallyPipeline(spec);
  const more = within === undefined ? [] : namesOf(within);
  return [...new Map([...all, ...more].map((one) => [resourceKey(one), one])).values()];
}

/** Whether the step knows only when it starts what it runs, or where: then nothing is looked up, and it must be an id. */
export const isLate = (name: string, profile = ''): boolean =>
  name.includes('${{') || profile.includes('${{');

export const resourceKey = ({ kind, name, profile = 'default' }: NamedResource): string =>
  `${kind} ${profile} ${name}`;

/** The resolved resource of a name. */
export interface ResolvedName {
  readonly id: string;
  /** Name at the service; absent where only the id is known. */
  readonly name?: string;
}

export type ResolvedNames =
  | { readonly resolved: Readonly<Record<string, ResolvedName>> }
  | { readonly problems: readonly string[] };

/** Resolves names of jobs: the job with that id, else the only job with that name. */
export const resolveJobs = (
  names: readonly string[],
  jobs: readonly { readonly jobId: string; readonly name: string }[],
): ResolvedNames =>
  resolve(
    'job',
    names,
    jobs.map(({ jobId, name }) => ({ id: jobId, name })),
  );

/** Resolves names of workflows of the service likewise. */
export const resolveRemoteWorkflows = (
  names: readonly string[],
  workflows: readonly { readonly workflowId: string; readonly name: string }[],
): ResolvedNames =>
  resolve(
    'workflow',
    names,
    workflows.map(({ workflowId, name }) => ({ id: workflowId, name })),
  );

function resolve(
  what: string,
  names: readonly string[],
  known: readonly Required<ResolvedName>[],
): ResolvedNames {
  const byId = new Map(known.map((one) => [one.id, one]));
  const knownNames = known.map((one) => one.name);
  const problems: string[] = [];
  const resolved = names.flatMap((name) => {
    const same = known.filter((one) => one.name === name);
    const found = byId.get(name) ?? (same.length === 1 ? same[0] : undefined);
    if (found !== undefined) return [[name, found] as const];
    const ids = same.map(({ id }) => id).slice(0, 10);
    const hint = problems.length < MAX_HINTS ? suggestionText(name, knownNames) : '';
    problems.push(
      ids.length > 0
        ? `${same.length} ${what}s have the name ${name}; use the id of one: ${ids.join(', ')}`
        : `there is no ${what} ${name}${hint}`,
    );
    return [];
  });
  return problems.length > 0 ? { problems } : { resolved: Object.fromEntries(resolved) };
}
