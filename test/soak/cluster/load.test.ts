import { describe, expect, it } from 'vitest';
import { underLoad, untilEnded } from '../../crash/load.js';
import {
  type ServiceName,
  type TemporalCluster,
  whyNoCluster,
  withCluster,
} from '../../support/cluster/temporal-cluster.js';

/** SOAK_SCALE=0.1 has a tenth of the executions, in a tenth of the time. */
const SCALE = Number(process.env['SOAK_SCALE'] ?? '1');
const IN_TWO_HOURS = 7_200_000;
const EXECUTIONS = 2_000 * SCALE;
/** Runs that start beside the waits at any time, each lane one after the other. */
const LANES = 3;

const unavailable = await whyNoCluster();
if (unavailable !== undefined)
  process.stderr.write(`Skipping the tests on a cluster. ${unavailable}\n`);

/** `kill -9` of services, which stay away until some more executions have ended. */
const kill =
  (...services: readonly ServiceName[]) =>
  async (cluster: TemporalCluster, untilMoreEnded: () => Promise<void>): Promise<void> => {
    for (const service of services) await cluster.kill(service);
    await untilMoreEnded();
    for (const service of services) await cluster.restart(service);
  };
const restartDatabase = ({ postgres }: TemporalCluster): Promise<void> =>
  postgres.restartImmediately();

const FAULTS = [
  ...[kill('history-1'), kill('matching'), restartDatabase, kill('history-2')],
  ...[
    kill('history-1', 'matching'),
    restartDatabase,
    kill('history-1', 'history-2'),
    restartDatabase,
  ],
];

describe.skipIf(unavailable !== undefined)(
  `${EXECUTIONS} executions that two workers wait for, and a stream of starts, on a cluster with PostgreSQL`,
  () => {
    it(
      'end as the service says, each once, though history and matching are killed and the database is restarted',
      () =>
        withCluster(console.log, (cluster) =>
          underLoad(
            {
              ...{ executions: EXECUTIONS, jobs: 20, endsOverMs: 600_000 * SCALE, atOnce: 25 },
              ...{ waitHeartbeatTimeoutMs: 60_000, kills: 0, signal: 'SIGKILL', faults: [] },
              headStartMs: EXECUTIONS * 250 + 60_000,
              startsOverMs: EXECUTIONS * 150,
              temporal: cluster,
            },
            async ({ scene, startMore, settled }) => {
              let isOver = false;
              let streamed = 0;
              const stream = async (): Promise<void> => {
                while (!isOver) {
                  await startMore();
                  streamed += 1;
                }
              };
              const streams = Array.from({ length: LANES }, stream);
              const step = EXECUTIONS / (FAULTS.length + 1);
              const fromMs = Date.now();
              for (const [nth, strike] of FAULTS.entries()) {
                await untilEnded(scene, step * (nth + 1));
                const before = streamed;
                await strike(cluster, () => untilEnded(scene, step * (nth + 1.3)));
                console.log(`fault ${nth + 1} after ${Date.now() - fromMs} ms, ${before} streamed`);
              }
              await untilEnded(scene, EXECUTIONS);
              isOver = true;
              await Promise.all(streams);
              await settled();
              const { created, duplicates, leftRunning } = scene.simulator.report();
              console.log({ waits: EXECUTIONS, streamed, created, duplicates, leftRunning });
              expect(streamed).toBeGreaterThan(FAULTS.length * LANES);
            },
          ),
        ),
      IN_TWO_HOURS,
    );
  },
);
