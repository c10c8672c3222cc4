import type { Duplex } from 'node:stream';

/** 1xx but 101, which changes the protocol and which undici refuses. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d/;
/** Length of a match of {@link INTERIM}. */
const STATUS_LENGTH = 12;
const HEAD_END = '\r\n\r\n';
/** Equal to undici's limit for the headers of an answer. */
const MAX_HEAD_BYTES = 16_384;
const NOTHING = Buffer.alloc(0);

/** The bytes after the interim answers at their start; `undefined`: more bytes are needed to tell. */
export function withoutInterim(bytes: Buffer): Buffer | undefined {
  for (let rest = bytes; ;) {
    const start = rest.toString('latin1', 0, STATUS_LENGTH);
    if (start.length < STATUS_LENGTH)
      return 'HTTP/1.'.startsWith(start.slice(0, 7)) ? undefined : rest;
    if (!INTERIM.test(start)) return rest;
    const end = rest.indexOf(HEAD_END);
    if (end < 0) return rest.length > MAX_HEAD_BYTES ? rest : undefined;
    rest = rest.subarray(end + HEAD_END.length);
  }
}

/**
 * Hides interim answers (1xx) from undici, which closes the connection at a 100 Continue. A client must skip them
 * also if it did not ask for one (RFC 9110 §15.2). There must be one request at a time on the socket, so that the
 * first bytes after a write are the beginning of its answer.
 */
export function skipInterimAnswers(socket: Duplex): void {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  const write = socket.write.bind(socket) as (...args: readonly unknown[]) => boolean;
  let isAnswerAwaited = false;
  let held: Buffer = NOTHING;
  const readOn = (): Buffer | null => {
    for (;;) {
      const chunk = read();
      if (chunk === null) return null;
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const rest = withoutInterim(held);
      if (rest === undefined) continue;
      isAnswerAwaited = false;
      held = NOTHING;
      return rest;
    }
  };
  Object.assign(socket, {
    read: (size?: number) => (isAnswerAwaited && size !== 0 ? readOn() : read(size)),
    write: (...args: readonly unknown[]) => {
      isAnswerAwaited = true;
      return write(...args);
    },
  });
}
