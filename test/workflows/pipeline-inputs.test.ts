import { WorkflowUpdateFailedError } from '@temporalio/client';
import { RawValue } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import {
  PIPELINE_UPDATES,
  RESOLVE_UPDATE,
  RUN_JOB_WORKFLOW,
  RUN_PIPELINE_WORKFLOW,
  RUN_REMOTE_WORKFLOW_WORKFLOW,
} from '../../contract/names.js';
import { say, stands, start, stepIs } from '../support/pipelines.js';
import { inWorld } from '../support/world.js';

const aStep = { kind: 'approval', needs: [], runIf: 'allSucceeded' };
const aPlan = {
  ...{ version: 1, pipeline: 'p', parameters: {}, concurrency: 1, onFailure: 'stop' },
  ...{ holdForMs: 1, steps: { ok: aStep } },
};
const CASES: readonly (readonly [string, string, unknown])[] = [
  ['null', RUN_PIPELINE_WORKFLOW, null],
  ['a text', RUN_PIPELINE_WORKFLOW, 'p'],
  ['no pipeline', RUN_PIPELINE_WORKFLOW, { pipeline: null }],
  ['null parameters', RUN_PIPELINE_WORKFLOW, { pipeline: aPlan, parameters: null }],
  ['a rerun without state', RUN_PIPELINE_WORKFLOW, { pipeline: aPlan, rerun: {} }],
  [
    'an unreadable rerun',
    RUN_PIPELINE_WORKFLOW,
    { pipeline: aPlan, rerun: { state: { packed: '?' } } },
  ],
  ['a null step', RUN_PIPELINE_WORKFLOW, { pipeline: { ...aPlan, steps: { ok: null } } }],
  [
    'a step without needs',
    RUN_PIPELINE_WORKFLOW,
    { pipeline: { ...aPlan, steps: { ok: { ...aStep, needs: null } } } },
  ],
  [
    'a parameter beyond 2^53',
    RUN_PIPELINE_WORKFLOW,
    { pipeline: { ...aPlan, parameters: { id: { type: 'number' } } }, parameters: { id: 2 ** 53 } },
  ],
  [
    'an odd state to go on from',
    RUN_PIPELINE_WORKFLOW,
    { pipeline: 'p', resumeFrom: { packed: 'AAAA' } },
  ],
  ['null', RUN_JOB_WORKFLOW, null],
  ['a job that is no text', RUN_JOB_WORKFLOW, { job: null }],
  ['a job without a name', RUN_JOB_WORKFLOW, { job: '' }],
  ['null', RUN_REMOTE_WORKFLOW_WORKFLOW, null],
];

describe('what anybody may send (P20)', () => {
  it('as the input of a workflow fails it, and never its workflow tasks', () =>
    inWorld({}, async ({ client, taskQueue }) => {
      const ends = CASES.map(async ([what, workflow, input], nth) => {
        const handle = await client.workflow.start(workflow, {
          args: [input],
          ...{ taskQueue, workflowId: `${taskQueue}-${nth}`, workflowExecutionTimeout: '60s' },
        });
        const error = await handle.result().then(
          () => undefined,
          (thrown: unknown) => thrown as { readonly cause?: { readonly type?: string } },
        );
        return [`${workflow} ${what}`, error?.cause?.type];
      });
      expect(await Promise.all(ends)).toEqual(
        CASES.map(([what, workflow]) => [`${workflow} ${what}`, 'DataFlowInvalidInput']),
      );
    }));

  it('as a run of a job by name is refused before the name is looked up, all problems together', () =>
    inWorld({}, async ({ client, taskQueue, simulator }) => {
      const handle = await client.workflow.start(RUN_JOB_WORKFLOW, {
        args: [{ job: 'sales-extract', onBusy: 'queue', runTimout: '2h' }],
        ...{ taskQueue, workflowId: `${taskQueue}-by-name`, workflowExecutionTimeout: '60s' },
      });
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          message: expect.stringMatching(
            /runTimout: unknown property; did you mean runTimeout\?; onBusy: must be one of fail, wait, join/,
          ) as string,
        },
      });
      expect(simulator.log()).toEqual([]);
    }));

  it('as the input of an Update is refused in our words', () =>
    inWorld({}, async (world) => {
      const pipeline = { pipeline: 'p', steps: { ok: { approval: {} } } };
      const handle = await start(world, { pipeline });
      await stepIs(handle, 'ok', 'running');
      for (const update of [...Object.values(PIPELINE_UPDATES), RESOLVE_UPDATE]) {
        const error = await handle.executeUpdate(update, { args: [null] }).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
        expect((error as WorkflowUpdateFailedError).cause?.message).toMatch(
          /^the input: must be an object/,
        );
      }
      await say(handle, 'approve', { step: 'ok', approve: true });
      await handle.result();
    }));

  it('as the comment of an approval is bounded, and what comes later keeps its output', () =>
    inWorld(
      { worker: { activities: { give: () => Promise.resolve({ rows: 7 }) } } },
      async (world) => {
        const pipeline = {
          pipeline: 'p',
          steps: {
            ok: { approval: {} },
            later: { needs: ['ok'], activity: 'give' },
            last: {
              ...{ needs: ['later'], when: '${{ steps.later.output.rows == 7 }}' },
              ...{ approval: { message: '${{ steps.ok.output.comment }}' } },
            },
          },
        } as const;
        const handle = await start(world, { pipeline });
        await stepIs(handle, 'ok', 'running');
        const comment = 'x'.repeat(300_000);
        await expect(
          say(handle, 'approve', { step: 'ok', approve: true, comment }),
        ).rejects.toMatchObject({
          cause: {
            message:
              'comment: must be a string that is not empty, at most 1000 characters; this one has 300000',
          },
        });
        await say(handle, 'approve', { step: 'ok', approve: true, comment: 'x'.repeat(1_000) });
        await stepIs(handle, 'last', 'running');
        const { steps } = await stands(handle);
        expect(steps['last']?.running?.[0]?.note?.length).toBeLessThanOrEqual(700);
        await say(handle, 'approve', { step: 'last', approve: true });
        await handle.result();
      },
    ));
});

describe('the output of an activity (P20)', () => {
  const activities = {
    giveFunction: () => Promise.resolve(() => 1),
    giveNames: () =>
      Promise.resolve(JSON.parse('{"constructor": 1, "toString": {"__proto__": 2}}') as unknown),
    take: (given: unknown) => Promise.resolve(given),
  };

  it('that is no JSON fails the step', () =>
    inWorld({ worker: { activities } }, async (world) => {
      const handle = await start(world, {
        pipeline: { pipeline: 'p', steps: { a: { activity: 'giveFunction' } } },
      });
      await expect(handle.result()).rejects.toMatchObject({
        cause: {
          type: 'DataFlowPipelineFailed',
          message: expect.stringContaining(
            'activity giveFunction must return plain JSON',
          ) as unknown,
        },
      });
    }));

  it('with names that every object inherits works in expressions', () =>
    inWorld({ worker: { activities } }, async (world) => {
      const handle = await start(world, {
        pipeline: {
          pipeline: 'p',
          steps: {
            a: { activity: 'giveNames' },
            b: {
              needs: ['a'],
              when: '${{ steps.a.output.constructor == 1 }}',
              activity: 'take',
              with: '${{ steps.a.output }}',
            },
          },
        },
      });
      expect((await handle.result()).steps['b']?.status).toBe('succeeded');
    }));
});

/** JSON as a client in another language sends it: JavaScript would have rounded it before. */
const rawJson = (json: string): RawValue =>
  RawValue.fromPayload({
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from(json),
  });
const LARGE = '9007199254740993';

describe('an integer beyond 2^53 that JSON carried in (P7)', () => {
  const number = { parameters: { id: { type: 'number' } }, steps: { ok: { approval: {} } } };
  const list = { ...number, parameters: { id: { type: 'list' } } };
  const activity = { activity: 'take', options: { startToCloseTimeout: '1m' } };
  const constant = (step: object): string =>
    JSON.stringify({ ...aPlan, steps: { ok: { ...aStep, ...step } } }).replace('"LARGE"', LARGE);

  it.each([
    ['parameter of a plan', { ...aPlan, ...number, steps: aPlan.steps }, LARGE],
    ['parameter of a written pipeline', { pipeline: 'p', ...number }, LARGE],
    ['parameter within a list', { pipeline: 'p', ...list }, `["a", [${LARGE}]]`],
  ])('as a %s is refused', (_, pipeline, value) =>
    inWorld({}, async ({ client, taskQueue }) => {
      const input = `{"pipeline": ${JSON.stringify(pipeline)}, "parameters": {"id": ${value}}}`;
      const handle = await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
        args: [rawJson(input)],
        ...{ taskQueue, workflowId: taskQueue, workflowExecutionTimeout: '60s' },
      });
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'DataFlowInvalidInput', message: expect.stringMatching(BEYOND) as unknown },
      });
    }),
  );

  it.each([
    ['a plan', constant({ kind: 'activity', ...activity, with: { id: 'LARGE' } })],
    [
      'a written pipeline',
      `{"pipeline": "p", "steps": {"ok": {"activity": "take", "with": {"id": ${LARGE}}}}}`,
    ],
  ])('as a constant of %s is refused', (_, pipeline) =>
    inWorld({}, async ({ client, taskQueue }) => {
      const handle = await client.workflow.start(RUN_PIPELINE_WORKFLOW, {
        args: [rawJson(`{"pipeline": ${pipeline}}`)],
        ...{ taskQueue, workflowId: taskQueue, workflowExecutionTimeout: '60s' },
      });
      await expect(handle.result()).rejects.toMatchObject({
        cause: { type: 'DataFlowInvalidInput', message: expect.stringMatching(BEYOND) as unknown },
      });
    }),
  );

  it('as an output of an activity fails each step that reads it, and no other', () => {
    const taken: unknown[] = [];
    const activities = {
      give: () => Promise.resolve(rawJson(`{"id": ${LARGE}, "rows": [{"id": -${LARGE}}]}`)),
      take: (given: unknown) => {
        taken.push(given);
        return Promise.resolve();
      },
    };
    return inWorld({ worker: { activities } }, async (world) => {
      const reads = { needs: ['a'], activity: 'take' };
      const handle = await start(world, {
        pipeline: {
          ...{ pipeline: 'p', onFailure: 'continue' },
          steps: {
            a: { activity: 'give' },
            text: { ...reads, with: 'order-${{ steps.a.output.id }}' },
            nested: { ...reads, with: '${{ string(steps.a.output.rows[0].id) }}' },
            whole: { ...reads, with: '${{ steps.a.output }}' },
            asked: { ...reads, when: '${{ steps.a.output.id > 1 }}' },
            other: { ...reads, with: '${{ steps.a.status }}' },
          },
        },
      });
      await expect(handle.result()).rejects.toThrow();
      const { steps } = await stands(handle);
      for (const id of ['text', 'nested', 'whole', 'asked'])
        expect(steps[id]).toMatchObject({
          ...{ status: 'failed', reason: expect.stringMatching(BEYOND) as unknown },
        });
      expect(steps['other']?.status).toBe('succeeded');
      expect(taken).toEqual(['succeeded']);
    });
  });
});

const BEYOND = /2\^53|too large to be kept exactly/;
