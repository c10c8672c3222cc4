import type { HostedProcess } from './hosted-process.js';
import type { PortWishes } from './ports.js';
import type { Env } from './temporal-cli.js';

/** The provider that gave the server. */
export type ServerSource = 'address' | 'path' | 'cache' | 'sdk' | 'go';

/** A Temporal server. The caller must close it. */
export interface TemporalServer {
  /** `host:port` of the gRPC frontend, without TLS. */
  readonly address: string;
  readonly namespace: string;
  /** The web interface, when it was asked for and we started the server. */
  readonly uiUrl?: string;
  readonly source: ServerSource;
  /** Path of the Temporal CLI that runs it; unknown for a given address and for the SDK's download. */
  readonly executable?: string;
  /** Ends the server if we started it. Its data is lost, unless `extraArgs` names a database file. */
  close(): Promise<void>;
}

/** How to start a server; all defaults are applied. */
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
