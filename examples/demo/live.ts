import type { Simulator } from 'temporal-ncloud-dataflow/simulator';
import type { RunProgress } from 'temporal-ncloud-dataflow/workflow';

const EVERY_MS = 100;

/** Prints a line per change of state: of the runs, as the workflow tells, and of the service, as the simulator sees it. */
export function showLive(
  simulator: Simulator,
  progress: () => Promise<Readonly<Record<string, RunProgress>>>,
): () => Promise<void> {
  const startMs = Date.now();
  const shown = new Map<string, string>();
  let logged = 0;
  const print = (who: string, what: string): void => {
    const seconds = ((Date.now() - startMs) / 1_000).toFixed(1).padStart(5);
    process.stdout.write(`${seconds} s  ${who.padEnd(8)} ${what}\n`);
  };
  const printOnce = (key: string, who: string, what: string): void => {
    if (shown.get(key) === what) return;
    shown.set(key, what);
    print(who, what);
  };
  const look = async (): Promise<void> => {
    for (const call of simulator.log().slice(logged)) {
      logged += 1;
      if (call.fault !== undefined)
        print('fault', `${call.operation ?? '?'} of ${call.jobId ?? '?'}: ${call.fault}`);
    }
    for (const { executionId, jobId, status } of simulator.executions()) {
      printOnce(executionId, 'service', `${jobId} execution ${executionId} ${status}`);
    }
    for (const [key, run] of Object.entries(await progress().catch(() => ({})))) {
      printOnce(
        key,
        'workflow',
        `${run.jobName ?? run.jobId} ${run.phase}${run.note === undefined ? '' : `: ${run.note}`}`,
      );
    }
  };
  let running = true;
  const loop = async (): Promise<void> => {
    while (running) {
      await look();
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
    await look();
  };
  const ended = loop();
  return async () => {
    running = false;
    await ended;
  };
}
