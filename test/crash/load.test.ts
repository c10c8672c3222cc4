import { describe, it } from 'vitest';
import { lossy, underLoad } from './load.js';

const IN_TEN_MINUTES = 600_000;

// `npm run soak` runs two thousand.
describe('thirty executions that two workers wait for', () => {
  it(
    'end as the service says, each once, though a worker is killed twice, connections break and calls are refused',
    () =>
      underLoad({
        ...{ executions: 30, jobs: 6, headStartMs: 20_000, endsOverMs: 20_000 },
        ...{ kills: 2, signal: 'SIGKILL', callsPerSecond: 10, waitHeartbeatTimeoutMs: 5_000 },
        faults: lossy(0.05, [50, 150], 20),
      }),
    IN_TEN_MINUTES,
  );
});
