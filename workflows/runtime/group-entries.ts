import { condition, defineSignal, setHandler } from '@temporalio/workflow';
import { GROUP_SIGNAL_RULES, type GroupAnswer, ticketOf } from '../../contract/group.js';
import { GROUP_ANSWER_SIGNAL } from '../../contract/names.js';
import { problemsOf } from '../../contract/validate.js';
import type { RunPort, VerbResult } from '../job-run/port.js';
import { cancellable, rethrow } from './cancellation.js';
import { workflowState } from './workflow-state.js';

const answerSignal = defineSignal<[GroupAnswer]>(GROUP_ANSWER_SIGNAL);

interface GroupEntries {
  /** Tickets of the entries that runs of this workflow have made, or are about to make. */
  readonly tickets: Set<string>;
  /** Answers of gates that nobody has taken yet, by entry. */
  readonly answers: Map<string, GroupAnswer>;
  isListening: boolean;
}

const groupEntries = workflowState<GroupEntries>(() => ({
  tickets: new Set(),
  answers: new Map(),
  isListening: false,
}));

/** Tells a gate that this workflow does not know an entry that was granted. */
type LeaveUnknown = (answer: GroupAnswer) => void;

/** See `expectEntry` of the port. */
export function expectEntry(ticket: string, leaveUnknown: LeaveUnknown): () => void {
  const own = groupEntries();
  own.tickets.add(ticket);
  if (!own.isListening) {
    own.isListening = true;
    setHandler(answerSignal, (answer) => {
      takeAnswer(answer, leaveUnknown);
    });
  }
  return () => {
    own.tickets.delete(ticket);
    for (const entry of own.answers.keys())
      if (ticketOf(entry) === ticket) own.answers.delete(entry);
  };
}

/**
 * On replay an answer can be delivered before the code knows the entry, so it is kept if it has a ticket of this
 * workflow. An entry that nobody knows was made before a reset: the gate has to find out what became of it.
 */
function takeAnswer(answer: GroupAnswer, leaveUnknown: LeaveUnknown): void {
  if (problemsOf(GROUP_SIGNAL_RULES.answer, answer).length > 0) return;
  const { tickets, answers } = groupEntries();
  if (tickets.has(ticketOf(answer.entry))) answers.set(answer.entry, answer);
  else if (answer.answer === 'granted') leaveUnknown(answer);
}

/** See `awaitGrant` of the port. */
export async function awaitGrant(
  [entry, { withinMs, cancellation, onUnset }]: Parameters<RunPort['awaitGrant']>,
  leaveUnknown: LeaveUnknown,
): Promise<VerbResult<GroupAnswer>> {
  const { answers } = groupEntries();
  for (const [other, answer] of [...answers]) {
    if (other === entry || ticketOf(other) !== ticketOf(entry)) continue;
    answers.delete(other);
    if (answer.answer === 'granted') leaveUnknown(answer);
  }
  const endMs = withinMs === undefined ? undefined : Date.now() + withinMs;
  const isAnswered = (): boolean => answers.has(entry);
  for (;;) {
    const wait = async (): Promise<boolean> => {
      if (endMs !== undefined) return condition(isAnswered, Math.max(1, endMs - Date.now()));
      await condition(isAnswered);
      return true;
    };
    const waited = await cancellable(cancellation, wait, rethrow);
    const answer = answers.get(entry);
    if (waited.kind !== 'done') return { kind: 'cancelled' };
    if (!waited.value || answer === undefined) return { kind: 'timed-out' };
    answers.delete(entry);
    if (answer.answer !== 'unset') return { kind: 'done', value: answer };
    onUnset();
  }
}
