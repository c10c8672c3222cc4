import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Received {
  readonly request: string;
  readonly body: string;
}

export interface LocalService {
  /** Variables that lead `dataflow` to it. */
  readonly env: Readonly<Record<string, string>>;
  readonly received: readonly Received[];
}

export const KEYS = { access: 'AKEY0123456789ABCDEF', secret: 'SECRET/+0123456789abcdef' } as const;

/** What to answer: a status with a body, or nothing but a broken connection. */
export type AnswerOf = (request: string) => readonly [status: number, body: unknown] | 'drop';

/** A service with the answers of the test, for as long as `body` runs. */
export async function answering(
  answerOf: AnswerOf,
  body: (service: LocalService) => Promise<void>,
): Promise<void> {
  const received: Received[] = [];
  const server = createServer((incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk: Buffer) => (text += chunk.toString()));
    incoming.on('end', () => {
      const request = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
      received.push({ request, body: text });
      const answer = answerOf(request);
      if (answer === 'drop') {
        incoming.socket.destroy();
        return;
      }
      const [status, value] = answer;
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(typeof value === 'string' ? value : JSON.stringify(value));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    DATAFLOW_URL: `http://127.0.0.1:${port}`,
    NCLOUD_ACCESS_KEY_ID: KEYS.access,
    NCLOUD_SECRET_ACCESS_KEY: KEYS.secret,
  };
  try {
    await body({ env, received });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
