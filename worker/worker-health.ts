import type { NativeConnection, Worker } from '@temporalio/worker';
import type { HealthSource } from './health-server.js';
import { type Profiles, profilesOf } from './profiles.js';
import { readinessProblems, type WorkerFacts } from './readiness.js';

/** An orchestrator gives up on an answer after a second, unless told otherwise. */
const PATIENCE_MS = 800;
/** Time limit of a question to Temporal or the service. */
const QUESTION_MS = 5_000;

interface Watched {
  readonly worker: Worker;
  readonly connection: NativeConnection;
  /** Where the SDK's exporter is scraped; undefined: metrics are exported elsewhere, or not at all. */
  readonly metricsUrl: string | undefined;
}

export interface WorkerHealth extends HealthSource {
  /** From here on it is about this worker; before, there is none. */
  readonly watch: (watched: Watched) => void;
}

/**
 * Whether a worker is ready. Nothing is asked while nobody asks: then Temporal and the services are, unless they have
 * answered lately anyway.
 * @param withinMs how long ago their last answer may be
 */
export function createWorkerHealth(withinMs: number): WorkerHealth {
  let watched: Watched | undefined;
  let temporalMs: number | undefined;
  let asking: Promise<unknown> | undefined;
  const isOld = (answeredMs: number | undefined): boolean =>
    answeredMs === undefined || performance.now() - answeredMs > withinMs / 2;
  const ask = async ({ worker, connection }: Watched): Promise<void> => {
    const profiles = [...profilesAt(worker).values()];
    await Promise.allSettled([
      ...(isOld(temporalMs)
        ? [
            askTemporal(connection).then(() => {
              temporalMs = performance.now();
            }),
          ]
        : []),
      // What comes of it the profile's contact learns, as of every other call.
      ...profiles
        .filter((profile) => isOld(profile.contact().answeredMs))
        .map(({ client }) =>
          client.call('getJobs', { limit: 1 }, { signal: AbortSignal.timeout(QUESTION_MS) }),
        ),
    ]);
  };
  return {
    watch: (next) => {
      watched = next;
    },
    metricsUrl: () => watched?.metricsUrl,
    notReady: async () => {
      if (watched === undefined) return ['the worker is STARTING'];
      asking ??= ask(watched).finally(() => {
        asking = undefined;
      });
      await soon(asking);
      const when = { nowMs: performance.now(), withinMs };
      return readinessProblems(factsOf(watched.worker, temporalMs), when);
    },
  };
}

const askTemporal = (connection: NativeConnection): Promise<unknown> =>
  connection.withDeadline(Date.now() + QUESTION_MS, () =>
    connection.workflowService.getSystemInfo({}),
  );

/** The profiles of all our plugins that a worker has. */
const profilesAt = (worker: Worker): Profiles =>
  profilesOf(Object.fromEntries(worker.options.activities)) ?? new Map();

function factsOf(worker: Worker, temporalMs: number | undefined): WorkerFacts {
  const { workflowPollerState, activityPollerState } = worker.getStatus();
  const pollers = { workflows: workflowPollerState, activities: activityPollerState };
  return {
    state: worker.getState(),
    failedPollers: Object.entries(pollers)
      .filter(([, state]) => state === 'FAILED')
      .map(([what]) => what),
    temporalMs,
    services: new Map(
      Array.from(profilesAt(worker), ([name, profile]) => [name, profile.contact()] as const),
    ),
  };
}

/** Until it is over, but no longer than somebody who asked has patience. */
async function soon(asked: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([asked, patience]);
  clearTimeout(timer);
}
