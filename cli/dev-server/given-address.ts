import { isIPv4 } from 'node:net';
import { Refused } from './first-way.js';

const DEFAULT_PORT = 7233;

/** What of the environment decides about somebody else's server. */
export interface AddressEnv {
  readonly TEMPORAL_ADDRESS?: string | undefined;
  readonly DATAFLOW_ALLOW_REMOTE_TEMPORAL?: string | undefined;
}

/** The server that the user named, as `host:port`. A remote one is refused for good: tests and demos write into it. */
export function readGivenAddress(env: AddressEnv): string {
  const given = env.TEMPORAL_ADDRESS?.trim();
  if (!given) throw new Refused('not set; e.g. 127.0.0.1:7233');
  const { host, port } = splitAddress(given);
  if (!isLoopback(host) && env.DATAFLOW_ALLOW_REMOTE_TEMPORAL !== '1') {
    throw new Error(
      `TEMPORAL_ADDRESS is ${given}, which is not on this machine, and what runs here would write into it. ` +
        'Unset it to get a server of your own, or set DATAFLOW_ALLOW_REMOTE_TEMPORAL=1 if you mean it.',
    );
  }
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

function splitAddress(address: string): { host: string; port: string } {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/]+))(?::(\d{1,5}))?$/i.exec(address);
  const host = match?.[1] ?? match?.[2] ?? (address === '::1' ? address : undefined);
  if (host === undefined) {
    throw new Error(
      `TEMPORAL_ADDRESS is ${address}; it must be host:port, without a scheme, e.g. 127.0.0.1:7233.`,
    );
  }
  return { host: host.toLowerCase(), port: match?.[3] ?? String(DEFAULT_PORT) };
}
