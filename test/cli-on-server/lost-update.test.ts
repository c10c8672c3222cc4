import { Client } from '@temporalio/client';
import { describe, expect, inject, it } from 'vitest';
import { sendUpdate } from '../../cli/run/send-update.js';
import { PIPELINE_UPDATES } from '../../contract/names.js';
import { start, stands, stepIs, untilContinued } from '../support/pipelines.js';
import { inWorld, type World } from '../support/world.js';

type Service = Client['connection']['workflowService'];

interface Loss {
  /** Runs before the first Update reaches the server. */
  readonly before?: () => Promise<unknown>;
  /** Runs after that; then its answer is lost. */
  readonly after?: () => Promise<unknown>;
}

/** A client to whose first Update something happens. */
function losing({ client }: World, { before, after }: Loss) {
  const { workflowService } = client.connection;
  const update = workflowService.updateWorkflowExecution.bind(workflowService);
  let sends = 0;
  const losesFirst = async (request: Parameters<typeof update>[0]) => {
    sends += 1;
    const isFirst = sends === 1;
    if (isFirst) await before?.();
    const answer = await update(request);
    if (!isFirst || after === undefined) return answer;
    await after();
    throw Object.assign(new Error('14 UNAVAILABLE: workflow update was lost'), {
      ...{ code: 14, details: 'workflow update was lost', metadata: new Map() },
    });
  };
  const service = Object.create(workflowService, {
    updateWorkflowExecution: { value: losesFirst },
  }) as Service;
  const connection = Object.create(client.connection, {
    workflowService: { value: service },
  }) as typeof client.connection;
  const namespace = inject('temporalNamespace');
  const losingClient = new Client({ connection, namespace });
  return {
    temporal: {
      ...{ client: losingClient, codecFree: losingClient, hasCodec: false },
      ...{ connection: client.connection as never, namespace, address: 'the server of this test' },
    },
    sends: () => sends,
  };
}

const APPROVE = { update: PIPELINE_UPDATES.approve, input: { step: 'ok', approve: true } };
const pipeline = {
  pipeline: 'lossy',
  steps: { ok: { approval: {} }, later: { needs: ['ok'], approval: {} } },
};

describe('an Update that gets lost', () => {
  it('is sent again under its id and counts once', () =>
    inWorld({}, async (world) => {
      const handle = await start(world, { pipeline });
      await stepIs(handle, 'ok', 'running');
      const { temporal, sends } = losing(world, { after: () => Promise.resolve() });
      await sendUpdate(temporal, handle.workflowId, APPROVE);
      expect(sends()).toBe(2);
      expect((await stands(handle)).steps['ok']?.status).toBe('succeeded');
    }));

  it.each([
    ['after it had taken it: it is not applied again', 'after', 1], // a second approval would be refused
    ['before it came: it goes to the run that follows', 'before', 2],
  ] as const)('where the workflow continued as new %s', (_, when, times) =>
    inWorld({}, async (world) => {
      const handle = await start(world, { pipeline, continueAfterEvents: 40 });
      await stepIs(handle, 'ok', 'running');
      const { temporal, sends } = losing(world, { [when]: () => untilContinued(handle) });
      await sendUpdate(temporal, handle.workflowId, APPROVE);
      expect(sends()).toBe(times);
      expect((await stands(handle)).steps['ok']?.status).toBe('succeeded');
    }),
  );
});
