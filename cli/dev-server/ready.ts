import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { splitAddress, withoutProxy } from '../../worker/temporal-config.js';

const PAUSE_MS = 50;
const CALL_LIMIT_MS = 2_000;

export interface ReadyOptions {
  readonly address: string;
  readonly namespace: string;
  readonly limitMs: number;
  /** A reason to give up before the limit, e.g. that the process has ended. */
  readonly giveUp?: () => string | undefined;
}

/**
 * Resolves when the server answers for the namespace.
 * @throws Error with its last answer after `limitMs`, or with the reason of `giveUp`
 */
export async function waitUntilReady(options: ReadyOptions): Promise<void> {
  const until = Date.now() + options.limitMs;
  for (;;) {
    const problem = await problemOf(options);
    if (problem === undefined) return;
    const reason = options.giveUp?.();
    if (reason !== undefined) throw new Error(reason);
    if (Date.now() >= until) throw new Error(problem);
    await sleep(PAUSE_MS);
  }
}

/** Opens a socket first: a gRPC channel that was refused once waits a second before it connects again. */
async function problemOf({ address, namespace }: ReadyOptions): Promise<string | undefined> {
  const at = splitAddress(address);
  if (at === undefined || !(await listens(at))) return `nothing listens at ${address}`;
  let connection: Connection | undefined;
  try {
    const limit = { connectTimeout: CALL_LIMIT_MS };
    connection = await Connection.connect({ address, ...withoutProxy(at.host), ...limit });
    const { workflowService } = connection;
    await connection.withDeadline(Date.now() + CALL_LIMIT_MS, () =>
      workflowService.describeNamespace({ namespace }),
    );
    return undefined;
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return `${address} does not answer for namespace ${namespace}: ${said}`;
  } finally {
    await connection?.close();
  }
}

function listens(at: { readonly host: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at);
    const answer = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    socket.setTimeout(CALL_LIMIT_MS, () => {
      answer(false);
    });
    socket.once('connect', () => {
      answer(true);
    });
    socket.once('error', () => {
      answer(false);
    });
  });
}
