import type { NativeConnection, Worker } from '@temporalio/worker';
import type { DataFlowClient } from '../client/index.js';
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
  const isOld = (answeredMs: number | undefined): boolean =>
    answeredMs === undefined || performance.now() - answeredMs > withinMs / 2;
  // One that does not answer must not keep the others from being asked.
  const ask = oneAtATime();
  const askTemporal = (connection: NativeConnection): Promise<unknown> =>
    ask(connection, async () => {
      await getSystemInfo(connection);
      temporalMs = performance.now();
    });
  const askAll = ({ worker, connection }: Watched): Promise<unknown> => {
    const silent = [...profilesAt(worker).values()].filter((profile) =>
      isOld(profile.contact().answeredMs),
    );
    return Promise.all([
      ...(isOld(temporalMs) ? [askTemporal(connection)] : []),
      ...silent.map(({ client }) => ask(client, () => getOneJob(client))),
    ]);
  };
  return {
    watch: (next) => {
      watched = next;
    },
    metricsUrl: () => watched?.metricsUrl,
    notReady: async () => {
      if (watched === undefined) return ['the worker is STARTING'];
      await soon(askAll(watched));
      const when = { nowMs: performance.now(), withinMs };
      return readinessProblems(factsOf(watched.worker, temporalMs), when);
    },
  };
}

const getSystemInfo = (connection: NativeConnection): Promise<unknown> =>
  connection.withDeadline(Date.now() + QUESTION_MS, () =>
    connection.workflowService.getSystemInfo({}),
  );

/** What comes of it the profile's contact learns, as of every other call. */
const getOneJob = (client: DataFlowClient): Promise<unknown> =>
  client.call('getJobs', { limit: 1 }, { signal: AbortSignal.timeout(QUESTION_MS) });

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

/** Asks each target one question at a time. Callers that ask meanwhile await the same answer. The answer itself is dropped. */
export function oneAtATime() {
  const asking = new Map<object, Promise<unknown>>();
  return (whom: object, question: () => Promise<unknown>): Promise<unknown> => {
    const asked =
      asking.get(whom) ??
      question()
        .catch(() => undefined)
        .finally(() => asking.delete(whom));
    asking.set(whom, asked);
    return asked;
  };
}
