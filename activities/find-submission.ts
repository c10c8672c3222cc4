import type { FindInput, FindResult } from '../contract/activities.js';
import { act, BEAT_MS, pause } from './act.js';
import { matchesAmong, readBackTo } from './find-matches.js';
import { isSureMark } from './match.js';
import { measureClock } from './measure-clock.js';
import type { FindProfile } from './profile.js';
import { untiring } from './untiring.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Reads what the service lists until doubt is settled (design §6, rule 4): a sure match ends it at first sight;
 * otherwise it ends with the first complete listing begun at or after `untilMs`, by the service's clock. One look
 * early proves nothing: what was accepted may be listed later.
 */
export const findSubmission =
  (profiles: FindProfile) =>
  (input: FindInput): Promise<FindResult> =>
    act({ jobId: input.jobId }, BEAT_MS, (current) =>
      untiring({ jobId: input.jobId }, async () => {
        const { signal, note } = current;
        const { newest, client, ...rest } = profiles(input.profile);
        const profile = { newest, client, ...rest };
        const sure = isSureMark(input.mark);
        await measureClock(profile, input, signal);
        for (
          let pauseMs = FIRST_PAUSE_MS, round = 1;
          ;
          pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS), round += 1
        ) {
          const begunMs = client.serviceClock.earliestMs();
          const reading = await newest.read(input.jobId, {
            untilOlderThanMs: readBackTo(input.mark),
            signal,
          });
          const found = await matchesAmong(profile, reading.rows, input.mark, signal);
          if (sure && found.matches.length > 0) return { ...found, sure };
          const leftMs = input.untilMs - begunMs;
          if (leftMs <= 0 && reading.complete) return { ...found, sure };
          note({ round, matches: found.matches.map((match) => match.jobExecutionId) });
          const endsInMs = input.untilMs - client.serviceClock.earliestMs();
          await pause(endsInMs > 0 ? Math.min(pauseMs, endsInMs) : FIRST_PAUSE_MS, signal);
        }
      }),
    );
