import { PEERS } from './forms/forms.js';
import { JOB_MEASURES } from './job-figures.js';
import { measureJobs } from './job-forms.js';
import type { Part } from './part.js';
import { rowsOf } from './rows.js';
import { DRAIN_MS, KILLS, RUNS_PER_KILL } from './scenarios/kills.js';
import { HOURS, IN_REAL_TIME, UNDER_KILLS } from './scenarios/settings.js';

export const JOBS_PART: Part = {
  measure: async (bench) => {
    const figures = await measureJobs(bench);
    const peers = PEERS.map((peer) => [peer, figures[peer]] as const);
    return rowsOf(JOB_MEASURES, figures.ours, peers);
  },
  settingsOf: ({ seed }) => ({
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
  }),
  notMeasured: [
    'The hour passes faster than a real one (settings, hour), while calls and hops take their own time: the peers come ' +
      'to up to 10 % fewer turns than in real time. Of the loop of timers ten minutes are measured and counted six times, ' +
      'its start and end too (some 1 % too much).',
    'A naive form that polls less often than every 10 s has fewer calls, events and actions, and sees ends later. Ours ' +
      'looks ever less often at an older execution: after an hour, up to a minute late.',
    'Network: the simulated service answers at once, but for starts under kills (200 ms). Only ratios mean something.',
    'Temporal Cloud: actions are counted by its published rules from histories and from the heartbeats that the SDK sent.',
    'Two reads at most that a worker of ours makes once, to learn whether old dates are taken, are in no row.',
    'The time until a killed worker is replaced: by default the wait of ours is taken over after 300 s, of the heartbeating ' +
      'peer after 30 s; under kills both after 5 s.',
    'Workers that freeze and come back, answers that arrive late, jobs that refuse a second run at once, cancels during a ' +
      'start: test/crash and test/workflows do that to ours; the peers would need defining first.',
  ],
};
