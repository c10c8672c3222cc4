import { readFileSync } from 'node:fs';
import { defaultPayloadConverter } from '@temporalio/common';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { type HistoryStarts, readStarts } from '../../../activities/audit/history-starts.js';
import type { HistoryEvent } from '../../../activities/history-events.js';

const HISTORIES = new URL('../../replay/histories/', import.meta.url);

function eventsOf(name: string): readonly HistoryEvent[] {
  const text = readFileSync(new URL(`${name}.json`, HISTORIES), 'utf8');
  return historyFromJSON(JSON.parse(text)).events ?? [];
}

const starts = (events: readonly HistoryEvent[]): Promise<HistoryStarts> =>
  readStarts(events, (payloads) =>
    Promise.resolve(payloads?.[0] && defaultPayloadConverter.fromPayload(payloads[0])),
  );

/** The events of a workflow that closed when this activity was scheduled. */
function until(name: string, activity: string): readonly HistoryEvent[] {
  const events = eventsOf(name);
  const at = events.findIndex(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  );
  return events.slice(0, at + 1);
}

describe('readStarts', () => {
  it('names the execution of each POST that was answered', async () => {
    const found = await starts(eventsOf('completed'));
    expect(found).toMatchObject({ started: [expect.any(String)], openPosts: [], awaited: [] });
    const retried = await starts(eventsOf('retried'));
    expect(retried.started.length).toBeGreaterThan(1);
  });

  it('names the wait that was pending at the end', async () => {
    const { started, awaited } = await starts(until('completed', 'dataflowAwaitExecution'));
    expect(awaited).toEqual(started);
  });

  it('keeps a POST open whose outcome is not shown, until reconciling has matched it exactly', async () => {
    const open = await starts(until('completed', 'dataflowExecuteJob'));
    expect(open.started).toEqual([]);
    expect(open.openPosts).toHaveLength(1);
    expect(open.openPosts[0]?.sinceMs).toBeGreaterThan(0);
    const lost = await starts(eventsOf('lost-answer'));
    expect(lost.openPosts).toHaveLength(1);
    expect(lost.openPosts[0]?.untilMs).toBeGreaterThan(lost.openPosts[0]?.sinceMs ?? Infinity);
  });

  it('knows that a refused POST started nothing', async () => {
    expect(await starts(eventsOf('bad-state'))).toMatchObject({ started: [], openPosts: [] });
  });

  it('keeps the jobs of a remote workflow open that it started', async () => {
    const { openPosts } = await starts(eventsOf('remote-completed'));
    expect(openPosts.length).toBeGreaterThan(0);
    for (const post of openPosts) expect(post).not.toHaveProperty('untilMs');
  });
});
