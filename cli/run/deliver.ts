/** The newest run of a workflow. */
export interface NewestRun {
  readonly runId: string;
  readonly isRunning: boolean;
}

/** The calls of Temporal that deliver one Update, always under one update id. */
export interface UpdatePort {
  newestRun(): Promise<NewestRun>;
  /** Sends it to that run. The server accepts an update id once in a run, however often it is sent. */
  send(runId: string): Promise<void>;
  /** Whether a closed run accepted it; throws as `send` does where the workflow refused it. */
  hasTaken(runId: string): Promise<boolean>;
  /** Whether an error leaves open if it was accepted, or says that the run closed before. */
  isLost(error: unknown): boolean;
  /** Waits before it is sent for the nth time again. */
  pause(again: number): Promise<void>;
}

const MAX_SENDS = 10;

/**
 * Delivers an Update once, also where its answer is lost or the workflow continues as new. An update id is unique
 * within one run only. So the next run gets the Update only when the closed one is known not to have accepted it.
 * @returns `ended` where the workflow closed without having accepted it
 * @throws what `send` threw last
 */
export async function deliver(port: UpdatePort): Promise<'taken' | 'ended'> {
  let { runId, isRunning } = await port.newestRun();
  for (let sends = 1; isRunning; sends += 1) {
    try {
      await port.send(runId);
      return 'taken';
    } catch (error) {
      if (!port.isLost(error) || sends === MAX_SENDS) throw error;
    }
    await port.pause(sends);
    const newest = await port.newestRun();
    const isClosed = newest.runId !== runId || !newest.isRunning;
    if (isClosed && (await port.hasTaken(runId))) return 'taken';
    ({ runId, isRunning } = newest);
  }
  return 'ended';
}
