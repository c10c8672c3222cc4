import type { Simulator } from 'temporal-ncloud-dataflow/simulator';
import type { AnyRunProgress, PipelineProgress } from 'temporal-ncloud-dataflow/workflow';

const EVERY_MS = 100;

export type AllProgress = Readonly<Record<string, AnyRunProgress>>;

/**
 * Prints a line for each change of a step or run (from the workflow) and of an execution (from the simulator).
 * Returns a function that ends this and returns the last progress.
 */
export function showLive(
  simulator: Simulator,
  progress: () => Promise<AllProgress>,
  onProgress: (progress: AllProgress) => Promise<void>,
): () => Promise<AllProgress> {
  const print = createPrinter();
  let running = true;
  let last: AllProgress = {};
  const look = async (): Promise<void> => {
    showService(simulator, print);
    last = await progress().catch(() => last);
    await onProgress(last);
    for (const [key, run] of Object.entries(last)) {
      if ('pipeline' in run) {
        showSteps(key, run, print);
        continue;
      }
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
    return last;
  };
}

function showSteps(key: string, { steps }: PipelineProgress, print: Print): void {
  for (const [id, { status, items, reason }] of Object.entries(steps)) {
    if (status === 'pending') continue;
    const done = items === undefined ? '' : ` ${items.succeeded ?? 0}/${items.total}`;
    print(
      `${key} ${id}`,
      'step',
      `${id} ${status}${done}${reason === undefined ? '' : `: ${reason}`}`,
    );
  }
}

/** Prints a change of a key, with the seconds since the start. */
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
