import { once } from 'node:events';
import {
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import proto from '@temporalio/proto';

const { v1: service } = proto.temporal.api.workflowservice;
const { WORKFLOW_EXECUTION_STATUS_RUNNING: RUNNING, WORKFLOW_EXECUTION_STATUS_PAUSED: PAUSED } =
  proto.temporal.api.enums.v1.WorkflowExecutionStatus;

/** A Temporal server whose workflows can be paused. */
export interface PausingServer {
  /** `host:port`, for clients without TLS. */
  readonly address: string;
  pause(workflowId: string): void;
  unpause(workflowId: string): void;
  close(): Promise<void>;
}

type IsPaused = (execution: { workflowId?: string | null } | null | undefined) => boolean;

/** Differences for paused workflows. */
interface Method {
  /** Answers in place of the server; undefined: the server answers. */
  readonly answer?: (request: Buffer, isPaused: IsPaused) => Uint8Array | undefined;
  /** Changes the server's answer. */
  readonly change?: (response: Buffer, isPaused: IsPaused) => Uint8Array;
}

interface Info {
  execution?: { workflowId?: string | null } | null;
  status?: number | null;
}

function showPaused(info: Info | null | undefined, isPaused: IsPaused): void {
  if (info?.status === RUNNING && isPaused(info.execution)) info.status = PAUSED;
}

/**
 * Behaviour of a Temporal server with workflow pause: a paused workflow is listed and described as PAUSED, and
 * queries are rejected (temporalio/temporal#8681).
 */
const METHODS: Readonly<Record<string, Method>> = {
  DescribeWorkflowExecution: {
    change: (response, isPaused) => {
      const described = service.DescribeWorkflowExecutionResponse.decode(response);
      showPaused(described.workflowExecutionInfo, isPaused);
      return service.DescribeWorkflowExecutionResponse.encode(described).finish();
    },
  },
  ListWorkflowExecutions: {
    change: (response, isPaused) => {
      const listed = service.ListWorkflowExecutionsResponse.decode(response);
      for (const info of listed.executions) showPaused(info, isPaused);
      return service.ListWorkflowExecutionsResponse.encode(listed).finish();
    },
  },
  QueryWorkflow: {
    answer: (request, isPaused) => {
      if (!isPaused(service.QueryWorkflowRequest.decode(request).execution)) return undefined;
      const rejected = { queryRejected: { status: PAUSED } };
      return service.QueryWorkflowResponse.encode(rejected).finish();
    },
  },
};

/**
 * Starts a proxy on 127.0.0.1 in front of a server without pause. All other calls are forwarded; so a cancel acts at
 * once.
 */
export async function startPausingServer(serverAddress: string): Promise<PausingServer> {
  const paused = new Set<string>();
  const isPaused: IsPaused = (execution) => paused.has(execution?.workflowId ?? '');
  const behind = connect(`http://${serverAddress}`);
  const server = createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (client, headers) => {
    client.on('error', ignore);
    void whole(client).then((request) => {
      const { answer, change } = METHODS[headers[':path']?.split('/').at(-1) ?? ''] ?? {};
      const own = answer?.(message(request), isPaused);
      if (own !== undefined) {
        const ok = { ':status': 200, 'content-type': 'application/grpc' };
        reply(client, ok, frame(own), { 'grpc-status': '0' });
        return;
      }
      // Uncompressed, because answers are decoded here.
      const call = behind.request({ ...headers, 'grpc-accept-encoding': 'identity' });
      call.on('error', ignore);
      client.on('close', () => {
        call.close(constants.NGHTTP2_CANCEL);
      });
      let trailers: IncomingHttpHeaders = {};
      call.on('trailers', (received: IncomingHttpHeaders) => {
        trailers = received;
      });
      call.on('response', (answered) => {
        void whole(call).then((body) => {
          const isChanged = change !== undefined && body.length > 0;
          const shown = isChanged ? frame(change(message(body), isPaused)) : body;
          reply(client, answered, shown, trailers);
        });
      });
      call.end(request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    pause: (workflowId) => {
      paused.add(workflowId);
    },
    unpause: (workflowId) => {
      paused.delete(workflowId);
    },
    close: async () => {
      behind.destroy();
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Writes the answer of a call. An error may have headers only, which then are the trailers. */
function reply(
  client: ServerHttp2Stream,
  headers: object,
  body: Buffer,
  trailers: IncomingHttpHeaders,
): void {
  if (client.destroyed) return;
  const isHeadersAlone = Object.keys(trailers).length === 0;
  client.on('wantTrailers', () => {
    client.sendTrailers(trailers);
  });
  client.respond({ ...headers }, { endStream: isHeadersAlone, waitForTrailers: !isHeadersAlone });
  if (!isHeadersAlone) client.end(body);
}

/** Content of a stream; empty if one side has closed it. */
async function whole(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of stream) chunks.push(chunk);
  } catch {
    return Buffer.of();
  }
  return Buffer.concat(chunks);
}

/** In gRPC a compression flag and four bytes of length precede a message. */
const PREFIX_BYTES = 5;

function message(body: Buffer): Buffer {
  const content = body.subarray(PREFIX_BYTES);
  return body[0] === 1 ? gunzipSync(content) : content;
}

function frame(content: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(content.length, 1);
  return Buffer.concat([prefix, content]);
}

const ignore = (): void => undefined;
