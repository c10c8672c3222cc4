import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, inject, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MAIN = 'examples/demo/main.ts';

describe('npm run demo', () => {
  it('runs nightly-sales.yaml through a lost answer, 503, 429 and a failure, approves visibly, and the service counts no duplicate', async () => {
    const env = { ...process.env, TEMPORAL_ADDRESS: inject('temporalAddress') };
    const { stdout } = await promisify(execFile)('node', ['--import', 'tsx', MAIN], {
      cwd: ROOT,
      env,
    });
    expect(stdout).toContain('executeJob of cleanSales: drop after');
    expect(stdout).toMatch(/status 503[^]*status 429/);
    expect(stdout).toMatch(/cleanSales execution \w+ FAILED/);
    expect(stdout).toMatch(/person +approves, here by itself; by hand: dataflow pipeline approve/);
    expect(stdout).toMatch(/sendReport: sales of \d{4}-\d\d-\d\d are out/);
    expect(stdout).toMatch(/sales-clean +\w+ +COMPLETED +1 +adopted \(by likeness\)/);
    expect(stdout).toMatch(/sales-clean +\w+ +COMPLETED +2 +submitted/);
    const counted =
      /requested +(\d+)\s+POSTs received +(\d+)\s+executions created +(\d+)\s+duplicates +(\d+)\s+left running +(\d+)/;
    expect(counted.exec(stdout)?.slice(1)).toEqual(['5', '5', '5', '0', '0']);
  });
});
