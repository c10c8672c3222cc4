import type { ServiceContact } from './metrics.js';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { DataFlowClient } from '../client/index.js';
import { type Profiles, profilesOf } from './profiles.js';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An orchestrator waits a second for an answer by default. */
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
 * Whether a worker is ready. Nothing is checked between requests: then Temporal and the services are, unless they have
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

/** The profiles of the plugin of a worker. */
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

/** Waits for it, at most as long as a health check waits. */
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

/** What is known of a worker at a readiness check. Points in time are of a clock that only runs forward. */
export interface WorkerFacts {
  /** The SDK's word for it, e.g. `RUNNING`, `DRAINING`. */
  readonly state: string;
  /** Pollers of the SDK that have stopped, by what they poll for. */
  readonly failedPollers: readonly string[];
  /** When Temporal last answered; undefined: never. */
  readonly temporalMs: number | undefined;
  /** By profile. */
  readonly services: ReadonlyMap<string, ServiceContact>;
}

/**
 * Why a worker is not ready; empty when it is. Both Temporal and the services must have answered within `withinMs`: one
 * failed call is no outage.
 */
export function readinessProblems(
  { state, failedPollers, temporalMs, services }: WorkerFacts,
  { nowMs, withinMs }: { readonly nowMs: number; readonly withinMs: number },
): readonly string[] {
  const silence = (answeredMs: number | undefined): string | undefined => {
    if (answeredMs === undefined) return 'has not answered yet';
    const ms = nowMs - answeredMs;
    return ms > withinMs ? `has not answered for ${Math.round(ms / 1_000)} s` : undefined;
  };
  const temporal = silence(temporalMs);
  return [
    ...(state === 'RUNNING' ? [] : [`the worker is ${state}`]),
    ...failedPollers.map((what) => `the worker polls no ${what} any more`),
    ...(temporal === undefined ? [] : [`Temporal ${temporal}`]),
    ...Array.from(services).flatMap(([profile, { answeredMs, trouble }]) => {
      const said = silence(answeredMs);
      const why = trouble === undefined ? '' : ` (${trouble})`;
      return said === undefined ? [] : [`the service of profile ${profile} ${said}${why}`];
    }),
  ];
}

/** Data of the server's answers. */
export interface HealthSource {
  /** Why the worker is not ready; empty when it is. */
  notReady(): Promise<readonly string[]>;
  /** Where the SDK's exporter is scraped; undefined: there is none, or not yet. */
  metricsUrl(): string | undefined;
}

export interface HealthServer {
  /** As it listens, e.g. `http://0.0.0.0:9464`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/livez`, `/readyz` and `/metrics`. `/livez` is 200 as long as this process answers at all: a worker that is
 * draining, or that reaches neither Temporal nor the service, must not be killed for it.
 * @param at port 0 is a free one
 * @throws Error when the address is taken
 */
export async function startHealthServer(
  source: HealthSource,
  at: { readonly host?: string; readonly port: number },
): Promise<HealthServer> {
  const server = createServer(({ method, url }, response) => {
    response.setHeader('cache-control', 'no-store');
    if (method !== 'GET' && method !== 'HEAD') {
      sendJson(response, 405, { problem: 'GET and HEAD only' });
      return;
    }
    answer(source, (url ?? '').split('?', 1)[0] ?? '', response).catch((error: unknown) => {
      sendJson(response, 500, { problem: error instanceof Error ? error.message : 'unknown' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
  return { url: urlOf(server), close: () => closed(server) };
}

async function answer(source: HealthSource, path: string, response: ServerResponse): Promise<void> {
  switch (path) {
    case '/livez':
      sendJson(response, 200, { live: true });
      return;
    case '/readyz': {
      const problems = await source.notReady();
      sendJson(response, problems.length === 0 ? 200 : 503, {
        ready: problems.length === 0,
        problems,
      });
      return;
    }
    case '/metrics':
      await sendMetrics(source.metricsUrl(), response);
      return;
    default:
      sendJson(response, 404, { problem: 'there are /livez, /readyz and /metrics' });
  }
}

/** Forwards the SDK's own exposition, so that one port serves all. */
async function sendMetrics(url: string | undefined, response: ServerResponse): Promise<void> {
  if (url === undefined) {
    const problem =
      'no metrics: the worker is starting, or its process has a Runtime of its own, which exports them elsewhere';
    sendJson(response, 404, { problem });
    return;
  }
  const exposition = await fetch(url);
  const text = await exposition.text();
  const type = exposition.headers.get('content-type') ?? 'text/plain';
  response.writeHead(exposition.status, { 'content-type': type }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function urlOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
