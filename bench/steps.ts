// Time from the end of a job to the start of the next one.
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../simulator/seeded-random.js';
import {
  type Bench,
  type Form,
  inStand,
  inTurn,
  LOOP,
  PEERS,
  seenToSubmit,
  type Topic,
  until,
} from './stand.js';
import { percentileRows } from './table.js';

const ALONE = 20;
const CHAINS = 44;
/** Mean pause between two starts of chains, so that steps do not come together. */
const CHAIN_EVERY_MS = 300;
const FORMS = ['ours', ...PEERS] as const;

export const STEPS: Topic = {
  measure: async (bench) => {
    bench.say('steps: one chain at a time …');
    const alone = await inTurn(FORMS, (form) => measureAlone(bench, form));
    const chains = bench.size(CHAINS, 4);
    bench.say(`steps: ${chains} chains …`);
    const crowd = await inTurn(FORMS, (form) => measureCrowd(bench, form));
    const seen = 'terminal status seen → next submit';
    return PEERS.flatMap((peer) => {
      const isLoop = peer === LOOP;
      return [
        ...percentileRows(
          `${seen}, one chain`,
          alone.ours,
          [peer, alone[peer]],
          isLoop ? [1.4] : [],
        ),
        ...percentileRows(
          ...([
            `${seen}, ${chains} chains`,
            crowd.ours.seenMs,
            [peer, crowd[peer].seenMs],
          ] as const),
          isLoop ? [2, 3] : [],
        ),
        ...percentileRows('remote end → next submit, jobs of 3–13 s', crowd.ours.endMs, [
          ...([peer, crowd[peer].endMs] as const),
        ]),
      ];
    });
  },
  settings: {
    oneChain: `${ALONE} jobs of 1.5 s, naive polls every 2 s`,
    naive: 'polls every 10 s',
  },
  notMeasured: ['Network: the simulated service answers at once. Only ratios mean something.'],
};

const script = (jobId: string, runningMs: number) => ({
  jobId,
  type: 'SCRIPT' as const,
  executions: [{ waitingMs: 0, runningMs }],
});

/** One chain, without other load. */
async function measureAlone(bench: Bench, form: Form): Promise<readonly number[]> {
  const names = Array.from({ length: bench.size(ALONE, 4) }, (_, nth) => `job-${nth}`);
  const simulator = { jobs: names.map((name) => script(name, 1_500)) };
  return await inStand(bench, form, { simulator, pace: { pollMs: 2_000 } }, async (stand) => {
    await stand.startWorker();
    const handle = await stand.start(names.map((jobId) => ({ jobId, run: jobId })));
    await handle.result();
    return names.slice(1).map((next, nth) => seenToSubmit(stand, names[nth]!, next));
  });
}

/**
 * Chains of two jobs in real time, on one worker. The first job takes 3 to 13 s, so that it ends at any time between
 * two polls 10 s apart.
 */
async function measureCrowd(bench: Bench, form: Form) {
  const random = createRandom(bench.seed);
  const chains = Array.from(
    { length: bench.size(CHAINS, 4) },
    (_, nth) => [`first-${nth}`, `second-${nth}`] as const,
  );
  const jobs = chains.flatMap(([first, second]) => [
    script(first, 3_000 + Math.round(random() * 10_000)),
    { jobId: second, type: 'SCRIPT' as const, executions: [{ never: true }] },
  ]);
  return await inStand(bench, form, { simulator: { jobs } }, async (stand) => {
    await stand.startWorker();
    const handles = [];
    for (const chain of chains) {
      handles.push(await stand.start(chain.map((jobId) => ({ jobId, run: jobId }))));
      await sleep(random() * 2 * CHAIN_EVERY_MS);
    }
    const { simulator } = stand;
    await until(simulator, () => simulator.report().posts === chains.length * 2);
    await Promise.all(handles.map((handle) => handle.terminate('the step has been measured')));
    const steps = chains.map(([first, second]) => {
      const { endAt } = simulator.executions(first)[0]!;
      const [next] = simulator.executions(second);
      return { seenMs: seenToSubmit(stand, first, second), endMs: next!.acceptedAt - endAt };
    });
    return { seenMs: steps.map(({ seenMs }) => seenMs), endMs: steps.map(({ endMs }) => endMs) };
  });
}
