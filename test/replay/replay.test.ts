import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { workerLog } from '../support/worker-log.js';

const FOLDER = new URL('./histories/', import.meta.url);
const histories = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

interface History {
  readonly events: readonly {
    readonly workflowExecutionStartedEventAttributes?: { readonly workflowId?: string };
  }[];
}

describe('recorded histories', { concurrent: false }, () => {
  beforeAll(() => {
    workerLog(); // keeps the replay workers' chatter out of the output
  });

  it('are there: how to record them stands in CONTRIBUTING.md', () => {
    expect(histories.length).toBeGreaterThan(0);
  });

  it.each(histories)('%s replays with the workflow code of today', async (name) => {
    const history = JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as History;
    const { workflowId } = history.events[0]?.workflowExecutionStartedEventAttributes ?? {};
    await Worker.runReplayHistory(
      { workflowBundle: { codePath: inject('workflowBundlePath') } },
      history,
      workflowId, // the ids of child workflows begin with it
    );
  });
});
