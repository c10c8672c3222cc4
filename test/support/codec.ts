import { createServer } from 'node:http';
import { mkdtemp, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { DataConverter, PayloadCodec } from '@temporalio/common';

/** A codec like that of a user. It returns unencoded payloads unchanged. It makes payloads unreadable, not secret. */
const MODULE = `
const encoded = Buffer.from('binary/encrypted');
const turn = (bytes) => Buffer.from(bytes ?? []).map((byte) => byte ^ 0x5a);
const pack = ({ metadata = {}, data }) => JSON.stringify([
  Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value).toString('base64')])),
  Buffer.from(data ?? []).toString('base64'),
]);
const unpack = (text) => {
  const [metadata, data] = JSON.parse(text);
  return {
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    data: Buffer.from(data, 'base64'),
  };
};
export const dataConverter = {
  payloadCodecs: [
    {
      encode: async (payloads) => payloads.map((one) => ({ metadata: { encoding: encoded }, data: turn(Buffer.from(pack(one))) })),
      decode: async (payloads) => payloads.map((one) =>
        Buffer.from(one.metadata?.encoding ?? []).equals(encoded) ? unpack(turn(one.data).toString()) : one),
    },
  ],
};
`;

export interface TestCodec {
  readonly dataConverter: DataConverter;
  /** Path of a module that exports it. */
  readonly module: string;
  /** A codec server of it, as Temporal's own tools ask one. */
  readonly endpoint: string;
  close(): Promise<void>;
}

interface Json {
  readonly payloads: readonly { metadata?: Record<string, string>; data?: string }[];
}

/** Starts a codec server that requires `auth` as the Authorization header. */
export async function startCodec(auth: string): Promise<TestCodec> {
  const module = join(await mkdtemp(join(tmpdir(), 'dataflow-codec-')), 'converter.mjs');
  await writeFile(module, MODULE);
  const { dataConverter } = (await import(pathToFileURL(module).href)) as {
    dataConverter: { payloadCodecs: [PayloadCodec] };
  };
  const [codec] = dataConverter.payloadCodecs;
  const server = createServer((request, response) => {
    void (async () => {
      const { payloads } = JSON.parse(await text(request)) as Json;
      if (request.headers.authorization !== auth) {
        response.writeHead(401).end('who is there?');
        return;
      }
      const bytes = payloads.map(({ metadata = {}, data = '' }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value, 'base64')]),
        ),
        data: Buffer.from(data, 'base64'),
      }));
      const done =
        request.url === '/encode' ? await codec.encode(bytes) : await codec.decode(bytes);
      const json = done.map(({ metadata, data }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata ?? {}).map(([name, value]) => [
            name,
            Buffer.from(value).toString('base64'),
          ]),
        ),
        data: Buffer.from(data ?? []).toString('base64'),
      }));
      response.end(JSON.stringify({ payloads: json }));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    ...{ dataConverter, module, endpoint: `http://127.0.0.1:${port}` },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
