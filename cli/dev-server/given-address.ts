import { isLoopback } from '../../client/http/origin.js';
import { joinAddress, splitAddress } from '../../worker/temporal-config.js';
import { Refused } from './first-available.js';

/** Environment variables that name a server of the user. */
export interface AddressEnv {
  readonly TEMPORAL_ADDRESS?: string | undefined;
  readonly DATAFLOW_ALLOW_REMOTE_TEMPORAL?: string | undefined;
}

/**
 * The server that the user named, as `host:port`.
 * @throws Error where it is on another machine: tests and demos would write into it
 */
export function readGivenAddress(env: AddressEnv): string {
  const given = env.TEMPORAL_ADDRESS?.trim();
  if (!given) throw new Refused('not set; e.g. 127.0.0.1:7233');
  const at = splitAddress(given);
  if (at === undefined)
    throw new Error(
      `TEMPORAL_ADDRESS must be host:port without a scheme, e.g. 127.0.0.1:7233; got ${given}.`,
    );
  if (!isLoopback(at.host) && env.DATAFLOW_ALLOW_REMOTE_TEMPORAL !== '1') {
    throw new Error(
      `TEMPORAL_ADDRESS is ${given}, which is not on this machine, and what runs here would write into it. ` +
        'Unset it to get a server of your own, or set DATAFLOW_ALLOW_REMOTE_TEMPORAL=1 to allow it.',
    );
  }
  return joinAddress(at);
}
