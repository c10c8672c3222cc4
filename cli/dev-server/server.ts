import type { HostedProcess } from './hosted-process.js';
import type { PortWishes } from './ports.js';
import type { Env } from './temporal-cli.js';

/** Which of the five ways led to the server. */
export type ServerSource = 'address' | 'path' | 'cache' | 'sdk' | 'go';

/** A Temporal server to work with. Who asked for it closes it. */
export interface TemporalServer {
  /** `host:port` of the gRPC frontend, without TLS. */
  readonly address: string;
  readonly namespace: string;
  /** The web interface, when it was asked for and we started the server. */
  readonly uiUrl?: string;
  readonly source: ServerSource;
  /** The Temporal CLI that runs it; also good for other commands. Not known for a given address or the SDK's own. */
  readonly executable?: string;
  /** Ends the server if we started it. What it held is lost, unless `extraArgs` named a database file. */
  close(): Promise<void>;
}

/** How a server of our own is to be started; all defaults applied. */
export interface ServerSettings {
  readonly namespace: string;
  readonly ports: PortWishes;
  readonly extraArgs: readonly string[];
  readonly env: Env;
}

export interface StartedServer {
  readonly address: string;
  readonly uiUrl: string | undefined;
  readonly hosted: HostedProcess;
}
