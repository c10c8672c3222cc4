import { createHmac } from 'node:crypto';
import { test } from 'vitest';
import {
  createVirtualClock,
  startSimulator,
  type Simulator,
  type SimulatorClock,
  type SimulatorOptions,
} from '../../simulator/index.js';

/** 2026-11-21T12:00:00 in Korea. */
export const START = Date.UTC(2026, 10, 21, 3);

export interface Answer {
  readonly status: number;
  readonly date: string | null;
  readonly headers: Headers;
  readonly text: string;
}

export interface Bench {
  readonly simulator: Simulator;
  readonly clock: SimulatorClock;
  /** A signed JSON request; the signature's timestamp is the clock's unless given. Headers replace those of the same name. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    signedAtMs?: number,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
}

/** `start` gives a simulator on a virtual clock with one job `j1` unless options say otherwise; all are closed at the end. */
export const it = test.extend<{ start: (options?: SimulatorOptions) => Promise<Bench> }>({
  start: async ({}, use) => {
    const running: Simulator[] = [];
    await use(async (options = {}) => {
      const clock = options.clock ?? createVirtualClock(START);
      const simulator = await startSimulator({ clock, jobs: [{ jobId: 'j1' }], ...options });
      running.push(simulator);
      return benchOn(simulator, clock);
    });
    await Promise.all(running.map((simulator) => simulator.close()));
  },
});

function benchOn(simulator: Simulator, clock: SimulatorClock): Bench {
  return {
    simulator,
    clock,
    call: async (method, path, body, signedAtMs = clock.now(), given = {}) => {
      const toSign = `${method} ${path}\n${signedAtMs}\n${simulator.accessKey}`;
      const response = await fetch(`${simulator.url}${path}`, {
        method,
        headers: {
          'content-type': 'application/json',
          'x-ncp-apigw-timestamp': String(signedAtMs),
          'x-ncp-iam-access-key': simulator.accessKey,
          'x-ncp-apigw-signature-v2': createHmac('sha256', simulator.secretKey)
            .update(toSign)
            .digest('base64'),
          ...given,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const { status, headers } = response;
      return { status, date: headers.get('date'), headers, text: await response.text() };
    },
  };
}

/** Resolves once the condition holds; asked after each change the simulator tells of. */
export function until(simulator: Simulator, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const end = simulator.onChange(check);
    function check(): void {
      if (!holds()) return;
      end();
      resolve();
    }
    check();
  });
}
