import {
  type NamedResource,
  type ResolvedNames,
  resolveJobs,
  resolveRemoteWorkflows,
} from './resolve-names.js';

/** The lists of the service in which names are looked up. */
export interface NameLists {
  jobs(): AsyncIterable<{ readonly jobId: string; readonly name: string }>;
  workflows(): AsyncIterable<{ readonly workflowId: string; readonly name: string }>;
}

/** Resources of one kind and profile. */
export interface NameGroup {
  readonly kind: NamedResource['kind'];
  readonly profile: string | undefined;
  readonly names: readonly string[];
}

/** Groups of resources that need one list each, in the order in which the pipeline names them. */
export function nameGroups(resources: readonly NamedResource[]): readonly NameGroup[] {
  const groups = new Map<string, { readonly first: NamedResource; readonly names: Set<string> }>();
  for (const resource of resources) {
    const key = `${resource.kind} ${resource.profile ?? ''}`;
    const group = groups.get(key) ?? { first: resource, names: new Set() };
    groups.set(key, group);
    group.names.add(resource.name);
  }
  return [...groups.values()].map(({ first: { kind, profile }, names }) => ({
    ...{ kind, profile },
    names: [...names],
  }));
}

/** Looks up the names of a group in its list of the service. */
export async function lookUpNames(
  { kind, names }: NameGroup,
  lists: NameLists,
): Promise<ResolvedNames> {
  return kind === 'job'
    ? resolveJobs(names, await all(lists.jobs()))
    : resolveRemoteWorkflows(names, await all(lists.workflows()));
}

async function all<Row>(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const read: Row[] = [];
  for await (const row of rows) read.push(row);
  return read;
}
