// What is said with the numbers: under which settings they were taken, and what they do not tell.
import { FAST_DEV_SERVER } from '../cli/dev-server/fast-dev-server.js';
import type { TemporalServer } from '../cli/dev-server/server.js';
import { DRAIN_MS, KILLS, RUNS_PER_KILL } from './scenarios/kills.js';
import { HOURS, IN_REAL_TIME, UNDER_KILLS } from './scenarios/settings.js';
import { STICKY_MS } from './worker-settings.js';

export function settingsOf({ source }: TemporalServer, seed: number) {
  const server =
    source === 'address'
      ? 'the server at TEMPORAL_ADDRESS, with settings of its own'
      : `temporal server start-dev (in memory), ${FAST_DEV_SERVER.join(' ')}`;
  return {
    server,
    machine: 'server, simulated service and workers share one machine',
    worker: `stickyQueueScheduleToStartTimeout ${STICKY_MS} ms for every form, else the SDK's defaults`,
    naive: { poll: '10 s', heartbeatTimeout: '30 s', retry: "Temporal's default policy" },
    ours: `default timings; callsPerSecond ${IN_REAL_TIME.callsPerSecond}; runKeyParameter`,
    hour: { pausesAndHeartbeatsDividedBy: 'scale', ...HOURS },
    kills: {
      seed,
      count: KILLS,
      runs: KILLS * RUNS_PER_KILL,
      drainMs: DRAIN_MS,
      ...UNDER_KILLS,
      lostAnswers: '5 % of starts: no answer; 3 %: 503, carried out; 2 %: 503, not carried out',
    },
  };
}

export const NOT_MEASURED: readonly string[] = [
  'The hour passes faster than a real one (settings, hour), while calls and hops take their own time: the peers come ' +
    'to up to 10 % fewer turns than in real time. Of the loop of timers ten minutes are measured and counted six times, ' +
    'its start and end too (some 1 % too much).',
  'A naive form that polls less often than every 10 s has fewer calls, events and actions, and sees ends later. Ours ' +
    'looks ever less often at an older execution: after an hour, up to a minute late.',
  'Network: the simulated service answers at once, but for starts under kills (200 ms). Only ratios mean something.',
  'Temporal Cloud: actions are counted by its published rules from histories and from the heartbeats that the SDK sent.',
  'Two reads at most that a worker of ours makes once, to learn whether old dates are taken, are in no row.',
  'The time until a killed worker is replaced: by default the wait of ours is taken over after 120 s, of the heartbeating ' +
    'peer after 30 s; under kills both after 5 s.',
  'Workers that freeze and come back, answers that arrive late, jobs that refuse a second run at once, cancels during a ' +
    'start: test/crash and test/workflows do that to ours; the peers would need defining first.',
  'Memory and CPU of workers with thousands of waits.',
];
