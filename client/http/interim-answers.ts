import type { Duplex } from 'node:stream';

/** 100 Continue and its like; 101 changes the protocol, and undici refuses it. */
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d/;
/** Length of what {@link INTERIM} matches. */
const STATUS_LENGTH = 12;
const HEAD_END = '\r\n\r\n';
/** As undici limits the headers of an answer. */
const MAX_HEAD_BYTES = 16_384;
const NOTHING = Buffer.alloc(0);

/** What follows the interim answers at the start of these bytes; `undefined` while more bytes are needed. */
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
 * Keeps interim answers (1xx) from undici, which breaks the connection at a 100 Continue. A client must pass over them
 * even where it did not ask for one (RFC 9110 §15.2). Needs one request at a time on the socket: what comes first after
 * a write is the beginning of its answer.
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
