import type { Profile } from './profile.js';

/** What to ask for, only to be told the time. */
type Subject = { readonly jobId: string } | { readonly workflowId: string };

/**
 * Makes sure that the service's clock is known: until the first answer has come, what stands for it is the clock of
 * this process, however wrong. A permit that is checked against that, or a look that ends by it, proves nothing.
 * Asks also where the time seems to be over: a wall clock that was set forward makes it so until the next answer, and
 * a process that is given nothing but submits would refuse them for ever.
 */
export async function measureClock(
  { client }: Pick<Profile, 'client'>,
  subject: Subject,
  signal: AbortSignal,
  notAfterMs = Infinity,
): Promise<void> {
  const { serviceClock } = client;
  if (serviceClock.isMeasured() && serviceClock.latestMs() < notAfterMs) return;
  if ('jobId' in subject) await client.call('getJobById', { jobId: subject.jobId }, { signal });
  else await client.call('getWorkflowById', { workflowId: subject.workflowId }, { signal });
}
