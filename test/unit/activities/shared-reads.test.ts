import { describe, expect, it } from 'vitest';
import { type Reader, SharedReads } from '../../../activities/shared-reads.js';

/** Readers of one job, and the reads that were begun for them. */
function aDesk() {
  const reads = new SharedReads<string>();
  const begun: { readonly reader: Reader; readonly answer: (value: string) => void }[] = [];
  const join = (signal = new AbortController().signal, onBegun = (): void => undefined) =>
    reads.join('job', { signal, begun: onBegun }, (reader) => {
      reader.begun();
      return new Promise((resolve, reject) => {
        begun.push({ reader, answer: resolve });
        reader.signal.addEventListener('abort', () => {
          reject(reader.signal.reason as Error);
        });
      });
    });
  return { join, begun };
}

const turns = async (): Promise<void> => {
  await new Promise(setImmediate);
};

describe('SharedReads', () => {
  it('gives all who ask while a read is under way one further read, which begins after that', async () => {
    const { join, begun } = aDesk();
    const first = join();
    await turns();
    const [second, third] = [join(), join()];
    await turns();
    expect(begun).toHaveLength(1);
    begun[0]?.answer('old');
    expect(await first).toBe('old');
    await turns();
    expect(begun).toHaveLength(2);
    begun[1]?.answer('new');
    expect(await Promise.all([second, third])).toEqual(['new', 'new']);
  });

  it('begins the next read a second later although the one before it hangs', async () => {
    const { join, begun } = aDesk();
    void join();
    await turns();
    const second = join();
    while (begun.length < 2) await turns();
    begun[1]?.answer('new');
    expect(await second).toBe('new');
  });

  it('ends the wait of a reader that is aborted, and the read when all its readers are', async () => {
    const { join, begun } = aDesk();
    const [one, other] = [new AbortController(), new AbortController()];
    const [first, second] = [join(one.signal), join(other.signal)];
    await turns();
    one.abort(new Error('one'));
    await expect(first).rejects.toThrow('one');
    expect(begun[0]?.reader.signal.aborted).toBe(false);
    other.abort(new Error('other'));
    await expect(second).rejects.toThrow('other');
    expect(begun[0]?.reader.signal.aborted).toBe(true);
  });

  it('never begins a read that all have left while it was queued; who asks then gets one of its own', async () => {
    const { join, begun } = aDesk();
    const first = join();
    await turns();
    const leaving = new AbortController();
    const second = join(leaving.signal);
    leaving.abort(new Error('left'));
    await expect(second).rejects.toThrow('left');
    const third = join();
    begun[0]?.answer('old');
    await first;
    await turns();
    expect(begun).toHaveLength(2);
    begun[1]?.answer('new');
    expect(await third).toBe('new');
  });

  it('tells each reader that the read has begun', async () => {
    const { join } = aDesk();
    let told = 0;
    const tell = (): void => void (told += 1);
    const { signal } = new AbortController();
    void join(signal, tell);
    void join(signal, tell);
    await turns();
    expect(told).toBe(2);
  });
});
