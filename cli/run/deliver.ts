/** The newest run of a workflow. */
export interface NewestRun {
  readonly runId: string;
  readonly isRunning: boolean;
}

/** What delivering an Update needs of Temporal; always of one Update under one id. */
export interface UpdatePort {
  newestRun(): Promise<NewestRun>;
  /** To this run. The server takes an id once in a run, however often it is sent. */
  send(runId: string): Promise<void>;
  /** Whether a closed run took it; throws as `send` does where the workflow failed it. */
  hasTaken(runId: string): Promise<boolean>;
  /** Whether an error leaves open if it was taken, or says that the run closed before. */
  isLost(error: unknown): boolean;
  /** Before it is sent again for the nth time. */
  pause(again: number): Promise<void>;
}

/** How often one Update is sent. */
const MAX_SENDS = 10;

/**
 * Delivers an Update once, also where its answer gets lost or the workflow continues as new meanwhile. Ids of Updates
 * count within one run alone, so the next run gets it only once the closed one is known not to have taken it.
 * @returns `ended` where the workflow closed for good without having taken it
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
