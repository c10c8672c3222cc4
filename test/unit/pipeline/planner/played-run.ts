import type {
  PipelineMessage,
  PipelinePlan,
  PipelineState,
} from '../../../../contract/pipeline.js';
import { advance } from '../../../../pipeline/planner/advance.js';
import type { Command, ItemRef, PlanEvent } from '../../../../pipeline/planner/events.js';
import { initialState } from '../../../../pipeline/planner/step-states.js';
import { byText } from './a-run.js';
import type { Act, RandomRun } from './random-run.js';

/** One event, with what was before and what came of it. */
export interface Turn {
  readonly plan: PipelinePlan;
  readonly event: PlanEvent;
  readonly before: PipelineState;
  readonly after: PipelineState;
  readonly commands: readonly Command[];
  /** Items that run in the world, as commands and reports say, after this event. */
  readonly running: readonly ItemRef[];
}

const MESSAGES = [
  'cancelStep',
  'retryStep',
  'retryStep',
  'skipStep',
  'approve',
  'approve',
] as const;
const keyOf = ({ step, index, attempt }: ItemRef): string => `${step} ${index} ${attempt}`;

/** A workflow of the test's own: carries out commands, and reports what its items do. */
class Player {
  readonly #plan: PipelinePlan;
  readonly #check: (turn: Turn) => void;
  readonly #running = new Map<string, ItemRef>();
  state: PipelineState;

  constructor(plan: PipelinePlan, check: (turn: Turn) => void) {
    this.#plan = plan;
    this.#check = check;
    this.state = initialState(plan);
    this.tell({ kind: 'begin' });
  }

  get running(): readonly ItemRef[] {
    return [...this.#running.values()];
  }

  tell(event: PlanEvent): void {
    const before = this.state;
    const { state, commands } = advance(this.#plan, before, event, byText(this.#plan));
    if (event.kind === 'itemEnded') this.#running.delete(keyOf(event));
    for (const command of commands) {
      if (command.kind === 'discard') this.#running.delete(keyOf(command));
      if (command.kind === 'start') this.#running.set(keyOf(command), command);
    }
    this.state = state;
    const turn = { plan: this.#plan, event, before, after: state, commands };
    this.#check({ ...turn, running: this.running });
  }

  do(act: Act): void {
    switch (act.act) {
      case 'end':
      case 'id': {
        const item = this.running[act.pick % Math.max(1, this.running.length)];
        if (item === undefined) return;
        const ref = { step: item.step, index: item.index, attempt: item.attempt };
        if (act.act === 'id') this.tell({ kind: 'itemStarted', ...ref, executionId: keyOf(item) });
        else this.tell({ kind: 'itemEnded', ...ref, outcome: act.outcome, output: act.pick });
        return;
      }
      case 'stale':
        this.tell({
          ...{ kind: 'itemEnded', step: this.#step(act.pick), index: act.pick },
          ...{ attempt: 7, outcome: 'failed' },
        });
        return;
      case 'message':
        this.tell(this.#message(act));
        return;
      case 'holdExpired':
        this.tell({ kind: 'holdExpired', hold: this.state.holds });
        return;
      default:
        this.tell({ kind: act.act });
    }
  }

  #step(pick: number): string {
    const steps = Object.keys(this.#plan.steps);
    return steps[pick % (steps.length + 1)] ?? 'nowhere';
  }

  #message({ kind, pick, yes }: Extract<Act, { readonly act: 'message' }>): PipelineMessage {
    const step = this.#step(pick);
    const wanted = MESSAGES[kind] ?? 'approve';
    return wanted === 'approve' ? { kind: wanted, step, approve: yes } : { kind: wanted, step };
  }
}

/** Plays the acts, then lets everything end. Returns the last state. */
export function play({ plan, acts, ends }: RandomRun, check: (turn: Turn) => void): PipelineState {
  const player = new Player(plan, check);
  for (const act of acts) player.do(act);
  for (const act of ['resume', 'begin'] as const) player.do({ act });
  for (let turn = 0; turn < 300 && player.state.ended === undefined; turn += 1) {
    const outcome = ends[turn % ends.length] ?? 'succeeded';
    if (player.running.length > 0) player.do({ act: 'end', pick: turn, outcome });
    else player.do({ act: 'holdExpired' });
  }
  return player.state;
}
