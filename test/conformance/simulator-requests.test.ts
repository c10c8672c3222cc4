import { describe, expect } from 'vitest';
import { OPERATION_NAMES, type OperationName } from '../../simulator/operations/operation-name.js';
import { it, type Bench } from '../simulator/signed-call.js';
import { BODIES, SERVICE, urlOf } from './example-service.js';
import { exampleBodies, operationOf, takesBody, takesQuery } from './openapi-file.js';

const OPTIONS = { ...SERVICE, switches: { putUpdateJob: 'works' } } as const;
const WITH_BODY = OPERATION_NAMES.filter((name) => operationOf(name).object.requestBody);
const bodiesOf = (name: OperationName): readonly unknown[] => [
  ...exampleBodies(operationOf(name)),
  ...(BODIES[name] ?? []),
];

async function send({ call }: Bench, name: OperationName, body: unknown, query = '') {
  const json = typeof body === 'string' ? JSON.stringify(body) : body;
  const url = query === '' ? urlOf(name) : `${urlOf(name)}?${query}`;
  const { status, text } = await call(operationOf(name).method, url, json);
  return { status, errorType: (JSON.parse(text) as { errorType?: string }).errorType };
}

describe('a request body', () => {
  it.for(WITH_BODY)('of %s that the file shows or takes is accepted', async (name, { start }) => {
    const bodies = bodiesOf(name);
    expect(bodies.length).toBeGreaterThan(0);
    for (const body of bodies) {
      expect(takesBody(operationOf(name), body)).toBe(true);
      const { status } = await send(await start(OPTIONS), name, body);
      expect([200, 201], JSON.stringify(body)).toContain(status);
    }
  });

  it.for(WITH_BODY)(
    'of %s that the file refuses is a bad-parameter, wherever the damage is',
    async (name, { start }) => {
      const bench = await start(OPTIONS);
      const damaged = bodiesOf(name).flatMap(damages);
      const refused = damaged.filter((body) => !takesBody(operationOf(name), body));
      expect(refused.length).toBeGreaterThan(8);
      for (const body of refused) {
        const answer = await send(bench, name, body);
        expect(answer, JSON.stringify(body)).toEqual({ status: 400, errorType: 'bad-parameter' });
      }
    },
  );

  it.for(WITH_BODY.filter((name) => operationOf(name).isBodyRequired))(
    'is missed by %s',
    async (name, { start }) => {
      expect(await send(await start(OPTIONS), name, undefined)).toMatchObject({ status: 400 });
    },
  );
});

/** The value with one part of it taken away or replaced, for each part. */
function damages(value: unknown): readonly unknown[] {
  const replaced: readonly unknown[] = [null, 'x', '', -1, 0, 0.5, 1e9, true, [], [null], {}];
  if (Array.isArray(value)) {
    const elements: readonly unknown[] = value;
    return [
      ...replaced,
      ...elements.flatMap((each, index) => damages(each).map((d) => elements.with(index, d))),
    ];
  }
  if (typeof value !== 'object' || value === null) return replaced;
  const members = Object.entries(value);
  return [
    ...replaced,
    ...members.map(([name]) => Object.fromEntries(members.filter(([other]) => other !== name))),
    ...members.flatMap(([name, each]) => damages(each).map((d) => ({ ...value, [name]: d }))),
  ];
}

interface Edge {
  readonly name: OperationName;
  readonly body: (value: unknown) => unknown;
  readonly taken: readonly unknown[];
  readonly refused: readonly unknown[];
}

const long = 'a'.repeat(101);
const NAMES = {
  taken: ['abc', '_a1', long.slice(1), 'a-b_c'],
  refused: ['ab', '1ab', '-ab', 'a b', 'äbc', long],
};
const condition = (member: string) => (value: unknown) => ({ jobCondition: { [member]: value } });
const node = (value: unknown) => ({ name: 'abc', nodes: [value] });
const aNode = { id: 1, name: 'a', type: 'SOURCE_OBS', parentNodeIds: [] };

const EDGES: readonly Edge[] = [
  { name: 'createJob', body: (name) => ({ name, type: 'SCRIPT' }), ...NAMES },
  { name: 'updateJob', body: (name) => ({ name, type: 'VISUAL' }), ...NAMES },
  { name: 'updateJobLegacyPut', body: (name) => ({ name, type: 'DATAFLOW' }), ...NAMES },
  { name: 'verifyJob', body: (name) => ({ name, nodes: [] }), ...NAMES },
  {
    name: 'createTrigger',
    body: (name) => ({ name, type: 'NONE', triggerRule: { type: 'NONE' } }),
    ...NAMES,
  },
  {
    name: 'createJob',
    body: (type) => ({ name: 'abc', type }),
    taken: ['VISUAL', 'SCRIPT'],
    refused: ['DATAFLOW', 'visual'],
  },
  {
    name: 'createJob',
    body: (maxConcurrentRuns) => ({ name: 'abc', type: 'SCRIPT', maxConcurrentRuns }),
    taken: [1, 50],
    refused: [0, 1.5, '1'],
  },
  ...(['executeJob', 'updateJobExecuteConfig'] as const).flatMap((name): Edge[] => [
    { name, body: condition('numWorker'), taken: [2, 10], refused: [1, 11, '2'] },
    { name, body: condition('timeout'), taken: [1, 1440], refused: [0, 1441, 1.5] },
    { name, body: condition('workerType'), taken: ['DEFAULT', 'DATAFLOW'], refused: ['OTHER'] },
  ]),
  {
    name: 'verifyJob',
    body: node,
    taken: [aNode, { ...aNode, type: 'TRANSFORM_SQL', sql: 'select 1' }],
    refused: [
      { ...aNode, type: 'SOURCE_FTP' },
      { ...aNode, id: '1' },
      { ...aNode, filterType: 'NOT' },
      { ...aNode, filterConditionList: [{ name: 'a', operator: 'LIKE', value: 'b' }] },
      { ...aNode, fieldList: [{ name: 'a', type: 'struct', properties: [{ name: 'b' }] }] },
    ],
  },
];

describe('a value at the edge', () => {
  it.for(EDGES)(
    'of $name is taken or refused as the file says: $refused',
    async (edge, { start }) => {
      const { name, body, taken, refused } = edge;
      for (const value of [...taken, ...refused]) {
        const isTaken = taken.includes(value);
        expect(takesBody(operationOf(name), body(value)), JSON.stringify(value)).toBe(isTaken);
        const { status } = await send(await start(OPTIONS), name, body(value));
        expect(status < 400, JSON.stringify(value)).toBe(isTaken);
      }
    },
  );
});

const LISTS = [
  ...(['getJobs', 'getJobExecutions', 'getWorkflows'] as const),
  ...(['getWorkflowExecutions', 'getTriggers'] as const),
];
const STATS = ['getExecutionInterval', 'getExecutionResult', 'getExecutionTimes'] as const;

describe('a query', () => {
  it.for(
    LISTS.flatMap((name) =>
      ['page=-1', 'page=abc', 'page=1.5', 'limit=-1', 'limit=abc', 'page='].map((query) => ({
        name,
        query,
      })),
    ).concat({ name: 'getJobs', query: 'limit=0' }, { name: 'getJobs', query: 'status=ODD' }),
  )('$query of $name is a bad-parameter', async ({ name, query }, { start }) => {
    expect(takesQuery(operationOf(name), query)).toBe(false);
    const answer = await send(await start(SERVICE), name, undefined, query);
    expect(answer).toEqual({ status: 400, errorType: 'bad-parameter' });
  });

  it.for(LISTS)('page=0&limit=1 of %s gives one row at most', async (name, { start }) => {
    const { call } = await start(SERVICE);
    expect(takesQuery(operationOf(name), 'page=0&limit=1')).toBe(true);
    const { status, text } = await call('GET', `${urlOf(name)}?page=0&limit=1`);
    expect(status).toBe(200);
    expect((JSON.parse(text) as { list: unknown[] }).list.length).toBeLessThanOrEqual(1);
  });

  it.for(STATS)('of %s needs both dates', async (name, { start }) => {
    const bench = await start(SERVICE);
    const from = 'startDate=2026-11-01T00%3A00%3A00';
    for (const query of ['', from, from.replace('start', 'end')]) {
      expect(takesQuery(operationOf(name), query)).toBe(false);
      const answer = await send(bench, name, undefined, query);
      expect(answer).toEqual({ status: 400, errorType: 'bad-parameter' });
    }
  });
});
