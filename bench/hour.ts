// Cost of a job of an hour in Temporal: history events and actions.
import type { WorkflowHandle } from '@temporalio/client';
import { DEFAULT_TIMINGS } from '../contract/timings.js';
import type { SimulatedExecution } from '../simulator/index.js';
import {
  ACTIVITY,
  type Bench,
  type Form,
  inStand,
  LOOP,
  PEERS,
  type Settings,
  sideBySide,
  type Topic,
  USUAL_PACE,
} from './stand.js';
import { rowAgainst, rowOf } from './table.js';

const HOUR_MS = 3_600_000;
const RUNS = 6;
/** Default of the SDK. */
const THROTTLE_MS = 60_000;

/**
 * `scale`: how much faster than real time the hour passes. `share`: measured part of the hour; the result is
 * extrapolated.
 */
interface Hour {
  readonly scale: number;
  readonly share: number;
}

/**
 * Timers of a Temporal server have steps of a second, so a loop of timers cannot be scaled further. Its turns are all
 * alike, so a part of the hour is enough.
 */
const HOURS: Readonly<Partial<Record<Form, Hour>>> = {
  ours: { scale: 40, share: 1 },
  [LOOP]: { scale: 10, share: 1 / 6 },
  [ACTIVITY]: { scale: 40, share: 1 },
};

/** All pauses and heartbeats are divided by the scale. */
const settingsAt = (scale: number): Settings => ({
  pace: {
    pollMs: USUAL_PACE.pollMs / scale,
    heartbeatTimeoutMs: USUAL_PACE.heartbeatTimeoutMs / scale,
  },
  profile: {
    timings: {
      minPollMs: DEFAULT_TIMINGS.minPollMs / scale,
      maxPollMs: DEFAULT_TIMINGS.maxPollMs / scale,
      waitHeartbeatTimeoutMs: DEFAULT_TIMINGS.waitHeartbeatTimeoutMs / scale,
    },
  },
  worker: { maxHeartbeatThrottleInterval: THROTTLE_MS / scale },
});

const EVENTS = { measure: 'history events of a run of an hour', unit: 'events' };

export const HOUR: Topic = {
  measure: async (bench) => {
    const figures = await sideBySide(['ours', ...PEERS], (form) => measure(bench, form));
    const rows = PEERS.flatMap((peer) => {
      const row = (measured: Parameters<typeof rowOf>[0], of: keyof Figures) =>
        rowOf(measured, figures.ours[of], figures[peer][of], peer);
      const actions = {
        measure: 'Temporal actions per job-hour, heartbeats included',
        unit: 'actions',
      };
      return [
        row(EVENTS, 'events'),
        row({ ...actions, ...(peer === ACTIVITY && { ratioAtMost: 0.15 }) }, 'actionsPerHour'),
      ];
    });
    return [...rows, rowAgainst(EVENTS.measure, EVENTS.unit, figures.ours.events, 18)];
  },
  settings: { runs: RUNS, pausesAndHeartbeatsDividedBy: 'scale', ...HOURS },
  notMeasured: [
    'The hour passes faster than a real one, while calls and hops take their own time: the peers come to up to 10 % fewer ' +
      'turns. Of the loop of timers ten minutes are measured and counted six times, its start and end too (some 1 % too much).',
    'Calls to the service, and when ends are seen: see the part polling.',
    'Temporal Cloud: actions are counted by its published rules from histories and from the heartbeats that the SDK sent.',
  ],
};

interface Figures {
  readonly events: number;
  readonly actionsPerHour: number;
}

/** Runs jobs of an hour to an hour and a minute in scaled time, on one worker. */
async function measure(bench: Bench, form: Form): Promise<Figures> {
  const { scale, share: whole } = HOURS[form]!;
  const share = whole / bench.size(1, form === LOOP ? 4 : 20);
  const jobs = Array.from({ length: RUNS }, (_, nth) => ({
    jobId: `hour-${nth}`,
    type: 'SCRIPT' as const,
    executions: [{ waitingMs: 0, runningMs: HOUR_MS * share + nth * 11_700 }],
  }));
  const options = { simulator: { jobs, timeScale: scale }, ...settingsAt(scale) };
  return await inStand(bench, form, options, async ({ simulator, start, startWorker }) => {
    const worker = await startWorker();
    const handles = await Promise.all(jobs.map(({ jobId }) => start([{ jobId, run: jobId }])));
    await Promise.all(handles.map((handle) => handle.result()));
    const heartbeats = await worker.requestsSent('RecordActivityTaskHeartbeat');
    const events = (await Promise.all(handles.map(eventsOf))).flat();
    return {
      // Only the history of the loop grows with time.
      events: events.length / RUNS / (form === LOOP ? share : 1),
      actionsPerHour: (actionsIn(events) + heartbeats) / hoursOf(simulator.executions(), scale),
    };
  });
}

const eventsOf = async (handle: WorkflowHandle) => (await handle.fetchHistory()).events ?? [];

/** Sum of the executions in hours of scaled time. */
const hoursOf = (executions: readonly SimulatedExecution[], scale: number): number =>
  executions.reduce((sum, { createdAt, endAt }) => sum + (endAt - createdAt) * scale, 0) / HOUR_MS;

/** Properties of an event that decide what Temporal charges for it. */
export interface CountedEvent {
  readonly workflowExecutionStartedEventAttributes?: object | null;
  readonly activityTaskStartedEventAttributes?: { readonly attempt?: number | null } | null;
  readonly timerStartedEventAttributes?: object | null;
  readonly markerRecordedEventAttributes?: { readonly markerName?: string | null } | null;
  readonly workflowExecutionSignaledEventAttributes?: object | null;
  readonly workflowExecutionUpdateAcceptedEventAttributes?: object | null;
  readonly upsertWorkflowSearchAttributesEventAttributes?: object | null;
}

/**
 * Temporal actions in a history, by the rules of Temporal Cloud. One each for: a workflow start, an attempt of an
 * activity (the event of the last one has their number), a local activity, a timer, a signal, an update, an upsert of
 * search attributes. Child workflows are not counted. Heartbeats and queries have no event and are counted elsewhere.
 */
export const actionsIn = (events: readonly CountedEvent[]): number =>
  events.reduce((sum, event) => sum + actionsOf(event), 0);

function actionsOf(event: CountedEvent): number {
  const { activityTaskStartedEventAttributes: activity, markerRecordedEventAttributes } = event;
  if (activity) return activity.attempt ?? 1;
  const isAction = [
    event.workflowExecutionStartedEventAttributes,
    event.timerStartedEventAttributes,
    markerRecordedEventAttributes?.markerName === 'core_local_activity',
    event.workflowExecutionSignaledEventAttributes,
    event.workflowExecutionUpdateAcceptedEventAttributes,
    event.upsertWorkflowSearchAttributesEventAttributes,
  ].some(Boolean);
  return isAction ? 1 : 0;
}
