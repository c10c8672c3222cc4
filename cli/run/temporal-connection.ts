import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { cleanText } from '../../client/clean-text.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { CommandFailed } from '../command-failed.js';

/** A server that is there answers at once. */
const CONNECT_LIMIT = '5s';

/** Code of gRPC for a wrong or missing API key. */
const UNAUTHENTICATED = 16;
const PERMISSION_DENIED = 7;

/** What gRPC says of a call that failed. */
interface GrpcServiceError extends Error {
  readonly code: number;
  readonly details: string;
}

/** A connected Temporal. */
export interface Temporal {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** As given, for messages. */
  readonly address: string;
}

/** What every command that talks to Temporal reads. */
export const TEMPORAL_ENVIRONMENT = `
Environment:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …   as Temporal's own tools read them
  DATAFLOW_TASK_QUEUE         task queue                       [dataflow]
`;

/** The task queue of a command: its flag, else the environment's, else `dataflow`. */
export const taskQueueOf = (flag: string | undefined): string =>
  flag ?? (process.env['DATAFLOW_TASK_QUEUE'] || 'dataflow');

/** @throws DataFlowInvalidInputError when the environment or the file of Temporal's tools is wrong */
export function readTemporalConfig(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataFlowInvalidInputError('dataflow', [`TEMPORAL_*: ${reason.slice(0, 300)}`]);
  }
}

/** @throws CommandFailed in one line when the server cannot be reached or refuses the key */
export async function connectTemporal(): Promise<Temporal> {
  const { connectionOptions, namespace = 'default' } = readTemporalConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    const connection = await Connection.connect({
      ...connectionOptions,
      connectTimeout: CONNECT_LIMIT,
    });
    return { connection, client: new Client({ connection, namespace }), namespace, address };
  } catch (error) {
    throw connectFailure(error, address);
  }
}

/** Connects for as long as `body` takes. @throws CommandFailed where a call to the server fails */
export async function withTemporal<T>(body: (temporal: Temporal) => Promise<T>): Promise<T> {
  const temporal = await connectTemporal();
  try {
    return await body(temporal);
  } catch (error) {
    const reason = grpcErrorIn(error);
    throw reason === undefined ? error : callFailure(reason, temporal);
  } finally {
    await temporal.connection.close();
  }
}

/** What gRPC said, where that is what an error or its cause is about. */
export function grpcErrorIn(error: unknown): GrpcServiceError | undefined {
  if (isGrpcServiceError(error)) return error;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : undefined;
}

const isRefusal = ({ code }: GrpcServiceError): boolean =>
  code === UNAUTHENTICATED || code === PERMISSION_DENIED;

const MOST_SAID = 200;

function connectFailure(error: unknown, address: string): CommandFailed {
  const reason = grpcErrorIn(error);
  const said = cleanText(
    reason?.details ?? (error instanceof Error ? error.message : String(error)),
    [],
    MOST_SAID,
  );
  return reason !== undefined && isRefusal(reason)
    ? new CommandFailed(
        'unauthorised',
        `Temporal at ${address} refuses this client (${said}): check TEMPORAL_API_KEY and TLS`,
      )
    : new CommandFailed(
        'unreachable',
        `Temporal at ${address} cannot be reached (${said}): start it (dataflow dev brings one), or set TEMPORAL_ADDRESS`,
      );
}

/** A call that failed on an open connection. */
function callFailure(reason: GrpcServiceError, { address, namespace }: Temporal): CommandFailed {
  const said = cleanText(reason.details, [], MOST_SAID);
  const place = `Temporal at ${address}, namespace ${namespace}: ${said}`;
  return isRefusal(reason)
    ? new CommandFailed(
        'unauthorised',
        `${place}: check TEMPORAL_API_KEY and the rights of its owner`,
      )
    : new CommandFailed(
        'unreachable',
        `${place}: check TEMPORAL_NAMESPACE and the server; dataflow doctor tells more`,
      );
}
