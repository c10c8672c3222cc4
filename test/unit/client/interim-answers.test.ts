import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { skipInterimAnswers, withoutInterim } from '../../../client/http/interim-answers.js';

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const HINTS = 'HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n';
const textAfter = (text: string) => withoutInterim(Buffer.from(text))?.toString();

describe('withoutInterim', () => {
  it.each([
    ['an answer', OK, OK],
    ['an interim answer before it', CONTINUE + OK, OK],
    ['several', HINTS + CONTINUE + CONTINUE + OK, OK],
    ['a change of protocol', 'HTTP/1.1 101 Switching\r\n\r\n', 'HTTP/1.1 101 Switching\r\n\r\n'],
    ['no HTTP', 'SSH-2.0', 'SSH-2.0'],
    ['nothing whole', CONTINUE.slice(0, 20), undefined],
    ['the beginning of a status line', 'HTT', undefined],
    ['an interim answer alone', CONTINUE, undefined],
    ['headers without an end', `HTTP/1.1 100 C\r\nx: ${'y'.repeat(20_000)}`, 'as it came'],
  ])('of %s', (_, text, rest) => {
    expect(textAfter(text)).toBe(rest === 'as it came' ? text : rest);
  });
});

describe('skipInterimAnswers', () => {
  it('passes over an interim answer however it is cut, and changes nothing of a body', () => {
    const body = `${OK}${CONTINUE}`;
    for (let cut = 1; cut < CONTINUE.length + 5; cut += 1) {
      const socket = new PassThrough();
      skipInterimAnswers(socket);
      socket.write(''); // a request leaves
      const all = CONTINUE + body;
      socket.push(all.slice(0, cut));
      let read = ((socket.read() as Buffer | null) ?? '').toString();
      socket.push(all.slice(cut));
      for (;;) {
        const chunk = socket.read() as Buffer | null;
        if (chunk === null) break;
        read += chunk.toString();
      }
      expect(read, `cut at ${cut}`).toBe(body);
    }
  });
});
