import type { Profile } from './profile.js';

/**
 * Makes sure that the service's clock is known: until the first answer has come, what stands for it is the clock of
 * this process, however wrong. A permit that is checked against that, or a look that ends by it, proves nothing.
 */
export async function measureClock(
  { client }: Pick<Profile, 'client'>,
  jobId: string,
  signal: AbortSignal,
): Promise<void> {
  if (!client.serviceClock.isMeasured()) await client.call('getJobById', { jobId }, { signal });
}
