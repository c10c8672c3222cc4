// Time until all runs are submitted that one workflow starts at once.
import { type Bench, inStand, LOOP, type Form, type Topic, until } from './stand.js';
import { rowOf } from './table.js';
import { DEFAULT_CALLS_PER_SECOND } from '../polling/rate-limiter.js';

const RUNS = 200;

export const FAN_OUT: Topic = {
  measure: async (bench) => {
    const runs = bench.size(RUNS, 8);
    const take = async (form: Form, kind: Kind): Promise<number> => {
      bench.say(`fan-out: ${runs} runs, ${form}, ${JSON.stringify(kind)} …`);
      return await measure(bench, form, runs, kind);
    };
    // Time of the POSTs alone at the rate limit of the product.
    const postsS = runs / DEFAULT_CALLS_PER_SECOND;
    const posts = `its POSTs alone, ${DEFAULT_CALLS_PER_SECOND} a second`;
    const row = (of: string, ours: number, aim?: number) =>
      rowOf(
        {
          measure: `fan-out of ${runs} runs of ${of}, start → last submit`,
          ...{ unit: 's', ...(aim !== undefined && { ratioAtMost: aim }) },
        },
        ...([ours, postsS, posts] as const),
      );
    const one = await take('ours', {});
    const loop = await take(LOOP, {});
    return [
      row('one job with run keys', one, 1.3),
      rowOf(
        {
          measure: `fan-out of ${runs} runs of one job with run keys, start → last submit`,
          unit: 's',
        },
        ...([one, loop, `${LOOP}, no limit of calls`] as const),
      ),
      row('one job without run keys', await take('ours', { isKeyless: true })),
      row(`${runs} jobs with run keys`, await take('ours', { ofJobs: runs })),
      row(`${runs} jobs without run keys`, await take('ours', { ofJobs: runs, isKeyless: true })),
    ];
  },
  settings: { runs: RUNS, callsPerSecond: DEFAULT_CALLS_PER_SECOND },
  notMeasured: [
    'Executions do not end meanwhile: polls take their part of the calls.',
    'Without run keys submissions of one job in one workflow wait for each other (docs/submit-protocol.md, rule 9).',
  ],
};

interface Kind {
  readonly ofJobs?: number;
  readonly isKeyless?: boolean;
}

const WARM_UP = {
  jobId: 'warm-up',
  type: 'SCRIPT' as const,
  executions: [{ waitingMs: 0, runningMs: 100 }],
};

/** Seconds from the start of the workflow until the last executeJob. */
async function measure(
  bench: Bench,
  form: Form,
  runs: number,
  { ofJobs = 1, isKeyless = false }: Kind,
) {
  const jobs = Array.from({ length: ofJobs }, (_, nth) => ({
    jobId: `wide-${nth}`,
    type: 'SCRIPT' as const,
    ...{ maxConcurrentRuns: runs, executions: [{ never: true }] },
  }));
  return await inStand(bench, form, { simulator: { jobs: [...jobs, WARM_UP] } }, async (stand) => {
    await stand.startWorker();
    // The first run of a worker loads code and makes the trial call for backdated signatures.
    await (await stand.start([{ jobId: WARM_UP.jobId, run: WARM_UP.jobId }])).result();
    const requests = Array.from({ length: runs }, (_, nth) => ({
      ...{ jobId: `wide-${nth % ofJobs}`, run: `run-${nth}` },
    }));
    const startedMs = Date.now();
    const handle = await stand.start(requests, { isFanOut: true, isKeyless });
    const { simulator } = stand;
    await until(simulator, () => simulator.report().created === runs + 1);
    await handle.terminate('the fan-out has been measured');
    const posts = simulator.log().filter(({ operation }) => operation === 'executeJob');
    return (posts.at(-1)!.atMs - startedMs) / 1_000;
  });
}
