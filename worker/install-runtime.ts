import { createServer } from 'node:net';
import { IllegalStateError, type Logger } from '@temporalio/common';
import { Runtime } from '@temporalio/worker';
import { HISTOGRAM_BUCKETS } from '../contract/metrics.js';

export interface RuntimeSettings {
  readonly logger: Logger;
  /** Whether to export metrics. */
  readonly metrics: boolean;
}

/** Attempts to get a free port: between finding one and taking it, another process may take it. */
const MOST_TRIES = 10;

/**
 * Installs the SDK's Runtime of this process: all that it logs goes to `logger`, what its native side logs too. With
 * `metrics` its Prometheus exporter listens on this machine alone, on a free port.
 * @returns where it is scraped; undefined without `metrics`, or where the process has a Runtime already: that one stays
 */
export async function installRuntime({
  logger,
  metrics,
}: RuntimeSettings): Promise<string | undefined> {
  const logging = { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } as const;
  for (let tries = 1; ; tries += 1) {
    const address = metrics ? `127.0.0.1:${await freePort()}` : undefined;
    const exporter = address !== undefined && {
      metrics: {
        prometheus: { bindAddress: address, histogramBucketOverrides: { ...HISTOGRAM_BUCKETS } },
      },
    };
    try {
      Runtime.install({ logger, telemetryOptions: { logging, ...exporter } });
      return address === undefined ? undefined : `http://${address}/metrics`;
    } catch (error) {
      if (error instanceof IllegalStateError) return undefined; // somebody's own
      if (address === undefined || tries === MOST_TRIES) throw error;
    }
  }
}

/** The exporter does not report its port, so it is given one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
