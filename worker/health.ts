import type { ServiceContact } from './metrics.js';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { DataFlowClient } from '../client/index.js';
import { type Profiles, profilesOf } from './profiles.js';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Limit of the answer to a health check: Kubernetes waits a second by default. */
const ANSWER_MS = 800;
/** Limit of a call to Temporal or the service. */
const CALL_MS = 5_000;

interface Watched {
  readonly worker: Worker;
  readonly connection: NativeConnection;
  /** URL of the SDK's exporter; undefined: metrics are exported elsewhere, or not at all. */
  readonly metricsUrl: string | undefined;
}

export interface WorkerHealth extends HealthSource {
  /** Sets the worker; before, the health is that of a worker that starts. */
  readonly watch: (watched: Watched) => void;
}

/**
 * Whether a worker is ready. Temporal and the services are called only at a request, and only those whose last answer
 * is older than half of `withinMs`.
 * @param withinMs largest age of their last answers
 */
export function createWorkerHealth(withinMs: number): WorkerHealth {
  let watched: Watched | undefined;
  let temporalMs: number | undefined;
  const isOld = (answeredMs: number | undefined): boolean =>
    answeredMs === undefined || performance.now() - answeredMs > withinMs / 2;
  // One call at a time to each: a service without an answer must not delay the calls to the others.
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
  connection.withDeadline(Date.now() + CALL_MS, () => connection.workflowService.getSystemInfo({}));

/** The result is recorded in the contact of the profile, as for every call. */
const getOneJob = (client: DataFlowClient): Promise<unknown> =>
  client.call('getJobs', { limit: 1 }, { signal: AbortSignal.timeout(CALL_MS) });

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

/** Waits for the calls, at most for the limit of the answer. */
async function soon(asked: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ANSWER_MS);
  });
  await Promise.race([asked, patience]);
  clearTimeout(timer);
}

/**
 * Allows one call at a time for each target. A caller during a call awaits that call. Results and errors are dropped.
 */
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

/** State of a worker at a readiness check. Times are of a monotonic clock. */
export interface WorkerFacts {
  /** State of the SDK's worker, e.g. `RUNNING`, `DRAINING`. */
  readonly state: string;
  /** What the SDK has stopped to poll for: `workflows`, `activities`. */
  readonly failedPollers: readonly string[];
  /** Time of Temporal's last answer; undefined: none yet. */
  readonly temporalMs: number | undefined;
  /** By profile. */
  readonly services: ReadonlyMap<string, ServiceContact>;
}

/**
 * Why a worker is not ready; empty if it is. Temporal and all services must have answered within `withinMs`, so that
 * one failed call is no outage.
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

export interface HealthSource {
  /** Why the worker is not ready; empty if it is. */
  notReady(): Promise<readonly string[]>;
  /** URL of the SDK's exporter; undefined if there is none, or none yet. */
  metricsUrl(): string | undefined;
}

export interface HealthServer {
  /** Address on which it listens, e.g. `http://0.0.0.0:9464`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `/livez`, `/readyz` and `/metrics`. `/livez` is 200 while this process answers at all: a worker that drains,
 * or that cannot reach Temporal or the service, must not be killed for that.
 * @param at port 0 takes a free one
 * @throws Error if the address is taken
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
      sendJson(response, 404, { problem: 'the path must be /livez, /readyz or /metrics' });
  }
}

/** Forwards the metrics of the SDK's exporter, so that one port serves everything. */
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
