import { explore, type Explored } from './explore.js';
import { keyOf } from './key.js';
import { steps } from './steps.js';
import { breachOf, initialWorld, isFinal, type Rule, type Settings, settingsOf } from './world.js';

/** Explores a world and prints its figures. */
export function exploreWorld(name: string, settings: Settings, maxStates: number): Explored {
  const startedMs = performance.now();
  const world = { initial: initialWorld(settings), steps, keyOf, breachOf, isFinal };
  const explored = explore(world, maxStates);
  const { states, depth, ends } = explored;
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
  process.stdout.write(
    `explorer: ${name}: ${states} states, depth ${depth}, ${ends} ends, ${seconds} s\n`,
  );
  return explored;
}

const ONE_WORKFLOW = { isOneWorkflow: true } as const;
const EXCLUSIVE = { ...ONE_WORKFLOW, match: 'exclusive' } as const;
const KEY = { match: 'runKey' } as const;

/** Worlds of `npm test`. */
export const SMALL_WORLDS: Readonly<Record<string, Settings>> = {
  'likeness, a 429': settingsOf({ bounds: { submits: 2, throttled: 1 } }),
  'likeness, a foreign start and a cancel': settingsOf({
    bounds: { submits: 1, foreign: 1, cancels: 1 },
  }),
  'likeness, a gateway that takes old signatures': settingsOf({
    checksAge: false,
    bounds: { submits: 2 },
  }),
  'run key, a reset': settingsOf({ ...KEY, bounds: { submits: 1, resets: 1, foreign: 1 } }),
  'run key, a rerun': settingsOf({ ...KEY, bounds: { submits: 2, reruns: 1 } }),
  'run key, a second delivery': settingsOf({ ...KEY, bounds: { submits: 1, redeliveries: 1 } }),
  'exclusive, one workflow, a cancel': settingsOf({
    ...EXCLUSIVE,
    bounds: { submits: 2, cancels: 1 },
  }),
  'run key, one workflow': settingsOf({ ...KEY, ...ONE_WORKFLOW, bounds: { submits: 2 } }),
  'likeness, one workflow, hold, an incomplete listing': settingsOf({
    ...ONE_WORKFLOW,
    onAmbiguous: 'hold',
    bounds: { submits: 2, incomplete: 1 },
  }),
};

/** Worlds of `npm run soak`. */
export const LARGE_WORLDS: Readonly<Record<string, Settings>> = {
  'likeness, three POSTs, a cancel': settingsOf({ bounds: { submits: 3, cancels: 1 } }),
  'likeness, a foreign start and a cancel': settingsOf({
    bounds: { submits: 2, foreign: 1, cancels: 1 },
  }),
  'likeness, a reset': settingsOf({ bounds: { submits: 2, resets: 1 } }),
  'likeness, a second delivery, an incomplete listing, a 429': settingsOf({
    bounds: { submits: 2, redeliveries: 1, incomplete: 1, throttled: 1 },
  }),
  'likeness, longer times': settingsOf({
    ticks: { X: 2, T: 2, L: 2, V: 5 },
    bounds: { submits: 2 },
  }),
  'likeness, a gateway that takes old signatures, three POSTs': settingsOf({
    checksAge: false,
    bounds: { submits: 3, cancels: 1 },
  }),
  'run key, a reset and a foreign start': settingsOf({
    ...KEY,
    bounds: { submits: 2, resets: 1, foreign: 1 },
  }),
  'run key, three POSTs, a cancel and a rerun': settingsOf({
    ...KEY,
    bounds: { submits: 3, cancels: 1, reruns: 1 },
  }),
  'run key, one workflow, three POSTs, a cancel': settingsOf({
    ...KEY,
    ...ONE_WORKFLOW,
    bounds: { submits: 3, cancels: 1 },
  }),
  'exclusive, one workflow, three POSTs, a cancel, a second delivery, an incomplete listing':
    settingsOf({
      ...EXCLUSIVE,
      bounds: { submits: 3, cancels: 1, redeliveries: 1, incomplete: 1 },
    }),
  'likeness, one workflow, hold, three POSTs, a cancel and a foreign start': settingsOf({
    ...ONE_WORKFLOW,
    onAmbiguous: 'hold',
    bounds: { submits: 3, cancels: 1, foreign: 1 },
  }),
};

/** The smallest world that breaks without a rule. */
export const WITHOUT: Readonly<Record<Rule, Settings>> = {
  permitInHistory: settingsOf({ bounds: { submits: 2 } }),
  permitTime: settingsOf({ checksAge: false, bounds: { submits: 1 } }),
  backdating: settingsOf({ bounds: { submits: 1 } }),
  refusalIsFinal: settingsOf({ bounds: { submits: 1 } }),
  silenceProvesNothing: settingsOf({ bounds: { submits: 2 } }),
  unknownAddsUp: settingsOf({ bounds: { submits: 3 } }),
  oneDelivery: settingsOf({ bounds: { submits: 1, redeliveries: 1 } }),
  permitOfThisRun: settingsOf({ bounds: { submits: 2, resets: 1 } }),
  untakenIsProof: settingsOf({ bounds: { submits: 1, foreign: 1 } }),
  reconcileLasts: settingsOf({ bounds: { submits: 2 } }),
  completeListing: settingsOf({ bounds: { submits: 1, incomplete: 1 } }),
  completeBaseline: settingsOf({ ...EXCLUSIVE, bounds: { submits: 1, incomplete: 1 } }),
  decidedAtTheEnd: settingsOf({ bounds: { submits: 1, foreign: 1 } }),
  oneMatch: settingsOf({ bounds: { submits: 1, foreign: 1 } }),
  keyDecides: settingsOf({ ...KEY, bounds: { submits: 1, foreign: 1 } }),
  exactStop: settingsOf({ bounds: { submits: 1, cancels: 1, foreign: 1 } }),
  cancelAwaitsPost: settingsOf({ bounds: { submits: 1, cancels: 1 } }),
  cancelAfterReset: settingsOf({ bounds: { submits: 1, cancels: 1, resets: 1 } }),
  jobLock: settingsOf({ ...EXCLUSIVE, bounds: { submits: 2 } }),
  claims: settingsOf({ ...ONE_WORKFLOW, bounds: { submits: 2 } }),
  othersUnknown: settingsOf({ ...EXCLUSIVE, bounds: { submits: 2, cancels: 1 } }),
};
