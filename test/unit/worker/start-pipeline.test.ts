import { Client } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { startPipeline } from '../../../worker/start-pipeline.js';

describe('startPipeline', () => {
  it('refuses a name and a key that cannot be part of a workflow id, before anything is sent (P3)', async () => {
    const client = new Client(); // connects with its first call
    const start = (pipeline: string, key: string) =>
      startPipeline(client, { pipeline: { pipeline, steps: { a: { job: 'good' } } }, key });
    for (const key of ['', 'a/b', ' ', '-a', 'a'.repeat(101)])
      await expect(start('keyed', key), key).rejects.toThrow('key: must be 1 to 100 letters');
    await expect(start('a/b', 'c')).rejects.toThrow('pipeline.pipeline: must be 1 to 64 letters');
  });
});
