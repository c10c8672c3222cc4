import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { type DataConverter, NamespaceNotFoundError } from '@temporalio/common';
import { valueOf } from '../../client/environment.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { problemsOf, problemTexts } from '../../contract/validate.js';
import {
  proxyOf,
  resolveTemporalConfig,
  type TemporalConfig,
  withoutProxy,
} from '../../worker/temporal-config.js';
import {
  callFailure,
  connectFailure,
  failureText,
  probe,
  type Probe,
  type TemporalFailure,
} from '../../worker/temporal-failure.js';
import { variablesHelp } from '../../worker/variables.js';
import { WORKER_OPTIONS } from '../../worker/worker-options.js';
import { CommandFailed } from '../command-failed.js';
import type { ExitName } from '../exit-codes.js';
import { type CodecFlags, readCodecSettings } from './codec-options.js';
import { loadDataConverter } from './data-converter.js';
import { dropEncoded, refuseEncoded } from './encoded-payloads.js';

const CONNECT_LIMIT = '5s';

/** An error of a gRPC call. */
interface GrpcServiceError extends Error {
  readonly code: number;
  readonly details: string;
}

/** A connection to Temporal, with its clients. */
export interface Temporal {
  /** Uses the given codec. Without one it rejects encoded payloads. */
  readonly client: Client;
  /** For commands that show no payloads: encoded ones are read as null. */
  readonly codecFree: Client;
  /** Whether a codec was given. */
  readonly hasCodec: boolean;
  readonly connection: Connection;
  readonly namespace: string;
  /** The address as the user wrote it, for messages. */
  readonly address: string;
}

const TASK_QUEUE = WORKER_OPTIONS.taskQueue;

/** Help about the variables that every command with Temporal reads. */
export const TEMPORAL_ENVIRONMENT = `
Environment:
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, …   as Temporal's own tools read them
  TEMPORAL_CODEC_ENDPOINT, TEMPORAL_CODEC_AUTH                codec server of encoded payloads
${variablesHelp({ TASK_QUEUE })}
`;

/**
 * The task queue of a command: its flag, else the environment's, else `dataflow`.
 * @throws DataFlowInvalidInputError where it is blank
 */
export function taskQueueOf(flag: string | undefined): string {
  const given = flag ?? valueOf(process.env, TASK_QUEUE.variable) ?? TASK_QUEUE.default;
  const place = flag === undefined ? TASK_QUEUE.variable : '--task-queue';
  const problems = problemTexts(problemsOf(TASK_QUEUE, given), place);
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow', problems);
  return given;
}

/** @throws DataFlowInvalidInputError naming all problems of the environment and of the file of Temporal's tools */
export function readTemporalConfig(): TemporalConfig {
  const config = resolveTemporalConfig(process.env);
  if ('problems' in config) throw new DataFlowInvalidInputError('dataflow', config.problems);
  return config;
}

/** Temporal cannot be used. The message says why, and what to do. */
export class TemporalFailed extends CommandFailed {
  readonly failure: TemporalFailure;

  constructor(failure: TemporalFailure) {
    super(failure.kind satisfies ExitName, failureText(failure));
    this.failure = failure;
  }
}

/**
 * @throws TemporalFailed when the server cannot be reached or refuses the key; DataFlowInvalidInputError naming what is
 *   wrong with the configuration
 */
export async function connectTemporal(flags: CodecFlags = {}): Promise<Temporal> {
  const config = readTemporalConfig();
  const { connectionOptions, namespace, address, host } = config;
  const converter = await loadDataConverter(readCodecSettings(flags, namespace), namespace);
  const connection = Connection.lazy({
    ...connectionOptions,
    ...withoutProxy(host),
    connectTimeout: CONNECT_LIMIT,
  });
  try {
    await connection.ensureConnected();
    return { connection, ...clientsOf(connection, namespace, converter), namespace, address };
  } catch (error) {
    await connection.close();
    const proxy = proxyOf(config, process.env);
    const found: Probe = proxy === undefined ? await probe(config) : { kind: 'proxied', ...proxy };
    throw new TemporalFailed(connectFailure(config, error, found));
  }
}

function clientsOf(
  connection: Connection,
  namespace: string,
  converter: DataConverter | undefined,
): Pick<Temporal, 'client' | 'codecFree' | 'hasCodec'> {
  const hasCodec = converter !== undefined;
  // A payload converter of the user may have encodings of its own.
  const isOwnFormat = converter?.payloadConverterPath !== undefined;
  const check = isOwnFormat ? [] : [refuseEncoded(hasCodec)];
  const payloadCodecs = [...check, ...(converter?.payloadCodecs ?? [])];
  const open = (dataConverter: DataConverter): Client =>
    new Client({ connection, namespace, dataConverter });
  return {
    client: open({ ...converter, payloadCodecs }),
    codecFree: open({ payloadCodecs: [dropEncoded] }),
    hasCodec,
  };
}

/** Connects for as long as `body` takes. @throws TemporalFailed where a call to the server fails */
export async function withTemporal<T>(
  flags: CodecFlags,
  body: (temporal: Temporal) => Promise<T>,
): Promise<T> {
  const temporal = await connectTemporal(flags);
  try {
    return await body(temporal);
  } catch (error) {
    const isOfTemporal =
      grpcErrorIn(error) !== undefined || error instanceof NamespaceNotFoundError;
    throw isOfTemporal ? new TemporalFailed(callFailure(temporal, error)) : error;
  } finally {
    await temporal.connection.close();
  }
}

/** The gRPC error that an error is, or that is its cause. */
export function grpcErrorIn(error: unknown): GrpcServiceError | undefined {
  if (isGrpcServiceError(error)) return error;
  return error instanceof Error && isGrpcServiceError(error.cause) ? error.cause : undefined;
}
