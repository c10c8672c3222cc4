import type { Simulator } from 'temporal-ncloud-dataflow/simulator';
import type { AnyRunProgress } from 'temporal-ncloud-dataflow/workflow';

const EVERY_MS = 100;

type AllProgress = Readonly<Record<string, AnyRunProgress>>;

/** Prints a line per change of state: of the runs, as the workflow tells, and of the service, as the simulator sees it. */
export function showLive(
  simulator: Simulator,
  progress: () => Promise<AllProgress>,
): () => Promise<void> {
  const print = createPrinter();
  let running = true;
  const look = async (): Promise<void> => {
    showService(simulator, print);
    for (const [key, run] of Object.entries(await progress().catch(() => ({})))) {
      if ('pipeline' in run) continue;
      const note = run.note === undefined ? '' : `: ${run.note}`;
      const name = 'jobId' in run ? (run.jobName ?? run.jobId) : (run.name ?? run.workflowId);
      print(key, 'workflow', `${name} ${run.phase}${note}`);
    }
  };
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

/** Prints what is new about a key, with the seconds since the start. */
type Print = (key: string, who: string, what: string) => void;

function createPrinter(): Print {
  const startMs = Date.now();
  const shown = new Map<string, string>();
  return (key, who, what) => {
    if (shown.get(key) === what) return;
    shown.set(key, what);
    const seconds = ((Date.now() - startMs) / 1_000).toFixed(1).padStart(5);
    process.stdout.write(`${seconds} s  ${who.padEnd(8)} ${what}\n`);
  };
}

function showService(simulator: Simulator, print: Print): void {
  for (const { number, fault, operation = '?', jobId = '?' } of simulator.log()) {
    if (fault !== undefined) print(`call ${number}`, 'fault', `${operation} of ${jobId}: ${fault}`);
  }
  for (const { executionId, jobId, status } of simulator.executions()) {
    print(executionId, 'service', `${jobId} execution ${executionId} ${status}`);
  }
}
