import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

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
 * draining, or that reaches nobody, must not be killed for it.
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
