import { cleanText } from '../../client/clean-text.js';
import { isTerminal } from '../../contract/job.js';
import type { RemoteNodeProgress, RemoteRunProgress } from '../../contract/remote-run.js';
import type { Entry, EntryState, Section } from './entry.js';
import type { LiveLine } from './live-view.js';

const MAX_NOTE = 240;

/** Name and id of a workflow of the service. */
export const workflowText = ({
  workflowId,
  name = workflowId,
}: Pick<RemoteRunProgress, 'workflowId' | 'name'>): string =>
  name === workflowId ? `workflow ${workflowId}` : `workflow ${name} (${workflowId})`;

/** The only run of a Temporal workflow, where that is a workflow of the service: a row for each of its jobs. */
export const remoteSection = (run: RemoteRunProgress): Section => ({
  title: `${workflowText(run)}  ${statusText(run)}`,
  noun: 'job',
  notes: [factsText(run), noteText(run)].filter((text) => text !== ''),
  entries: run.nodes.map(nodeEntry),
});

/** A workflow of the service as one row beside other runs, with its jobs as items. */
export function remoteEntry(run: RemoteRunProgress): Entry {
  const isEnded = run.phase === 'ended';
  const [facts, note] = [factsText(run), noteText(run)];
  return {
    ...{ name: workflowText(run), state: runState(run), status: statusText(run), depth: 0 },
    detail: [doneText(run), facts, isEnded ? '' : note].filter((text) => text !== '').join('  '),
    ...(isEnded && note !== '' && { reason: note }),
    items: run.nodes
      .map(nodeEntry)
      .toSorted((a, b) => URGENCY.indexOf(a.state) - URGENCY.indexOf(b.state))
      .map(({ name, state, status, detail }) => ({
        ...{ name, state },
        detail: [status, detail].filter((text) => text !== '').join('  '),
      })),
  };
}

/** A workflow of the service as lines of text: one for the run, and one for each job that has begun. */
export function remoteLines(run: RemoteRunProgress): readonly LiveLine[] {
  const { submission, nodes } = run;
  const head = [workflowText(run), statusText(run), doneText(run), factsText(run)];
  const note = noteText(run);
  const text = head.filter((part) => part !== '').join('  ');
  return [
    ...nodes.flatMap((node) => {
      const { name, status, detail } = nodeEntry(node);
      const hasBegun = node.status !== undefined || node.candidates !== undefined;
      const said = [workflowText(run), `job ${name}`, status, detail];
      return hasBegun
        ? [{ key: `${submission} ${node.jobId}`, text: said.filter(Boolean).join('  ') }]
        : [];
    }),
    { key: submission, text: note === '' ? text : `${text}: ${note}` },
  ];
}

/** Order of jobs where there is no room for all. */
const URGENCY: readonly EntryState[] = [
  'failed',
  'canceled',
  'running',
  'waiting',
  'done',
  'skipped',
];

function runState({ phase, outcome }: RemoteRunProgress): EntryState {
  if (phase === 'waiting-for-lock') return 'waiting';
  if (phase !== 'ended') return 'running';
  if (outcome === 'canceled') return 'canceled';
  return outcome === 'COMPLETED' ? 'done' : 'failed';
}

function statusText(run: RemoteRunProgress): string {
  if (run.phase !== 'ended') return run.phase;
  const state = runState(run);
  return state === 'done' ? 'completed' : state;
}

const doneText = ({ nodes }: RemoteRunProgress): string => {
  const done = nodes.filter(({ status }) => status === 'COMPLETED').length;
  return nodes.length === 0 ? '' : `${done}/${nodes.length} jobs done`;
};

const factsText = ({ phase, submissionOutcome, outcomeUnknown }: RemoteRunProgress): string =>
  [
    submissionOutcome === 'adopted' ? 'adopted by likeness' : '',
    outcomeUnknown && phase !== 'submitting' ? 'outcome unknown' : '',
  ]
    .filter((fact) => fact !== '')
    .join('  ');

function noteText({ note, lastError }: RemoteRunProgress): string {
  const error = lastError === undefined ? undefined : `last error: ${lastError}`;
  return [note, error]
    .flatMap((text) => (text === undefined ? [] : cleanText(text, [], MAX_NOTE)))
    .join('; ');
}

function nodeEntry({
  jobId,
  name = jobId,
  executionId,
  status,
  candidates = [],
}: RemoteNodeProgress): Entry {
  const isOutcomeUnknown = candidates.length > 0;
  const facts = [
    executionId === undefined ? '' : `execution ${executionId}`,
    isOutcomeUnknown
      ? `${executionId === undefined ? 'perhaps' : 'or'} ${candidates.join(', ')}`
      : '',
  ];
  return {
    name: name === jobId ? jobId : `${name} (${jobId})`,
    state: nodeState(status),
    status: status === undefined ? 'waiting' : status === 'SKIPPED' ? 'skipped' : status,
    depth: 0,
    detail: facts.filter((fact) => fact !== '').join('  '),
    items: [],
  };
}

function nodeState(status: string | undefined): EntryState {
  if (status === undefined) return 'waiting';
  if (status === 'SKIPPED') return 'skipped';
  if (!isTerminal(status)) return 'running';
  return status === 'COMPLETED' ? 'done' : status === 'FAILED' ? 'failed' : 'canceled';
}
