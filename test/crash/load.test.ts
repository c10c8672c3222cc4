import { describe, it } from 'vitest';
import { lossy, underLoad } from './load.js';

const IN_TWENTY_MINUTES = 1_200_000;

describe('two hundred executions that two workers wait for', () => {
  it(
    'end as the service says, each once, though a worker is killed six times, connections break and calls are refused',
    () =>
      underLoad({
        ...{ executions: 200, jobs: 10, endsOverMs: 180_000, waitHeartbeatTimeoutMs: 10_000 },
        ...{ kills: 6, signal: 'SIGKILL', callsPerSecond: 10 },
        faults: lossy(0.05, [200, 600, 1_000], 40),
      }),
    IN_TWENTY_MINUTES,
  );
});
