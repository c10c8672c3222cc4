import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPERATION_NAMES } from '../../simulator/operations/operation-name.js';
import { OPERATIONS } from '../../simulator/operations/operation-table.js';
import { answerProblems, operationOf, operations, text } from './openapi-file.js';

/** The path of the simulator's table in the form of the file: a parameter with listed values stands for the first. */
const plainPath = (path: string): string => `/api/v1${path.replace(/\{\w+:([^|}]+)[^}]*\}/, '$1')}`;

type SpecData = Exclude<Parameters<Validator['validate']>[0], string>;

describe('docs/dataflow-api/openapi.yaml', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(parse(text) as SpecData)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('would be found out if it were broken', async () => {
    const broken = parse(text.replace(/operationId: getJobs\n/, 'operationId: 7\n')) as SpecData;
    expect((await new Validator().validate(broken)).valid).toBe(false);
  });

  it('names no machine', () => {
    expect(text).not.toMatch(/\/(home|root|work|tmp)\/|localhost/);
  });
});

describe('answerProblems', () => {
  const headers = new Headers({ 'content-type': 'application/json' });
  const row = {
    jobExecutionId: 'e',
    jobId: 'j',
    status: 'CANCELED',
    createdDate: '2026-11-21T12:00:00',
  };

  it.each([
    { title: 'a status that is no status', status: 200, body: { ...row, status: 'CANCELLED' } },
    { title: 'a date of another form', status: 200, body: { ...row, createdDate: '21.11.2026' } },
    { title: 'a missing id', status: 200, body: { ...row, jobExecutionId: undefined } },
    { title: 'an error of neither form', status: 400, body: { message: 'no' } },
    { title: 'a good status that is on no page', status: 204, body: row },
  ])('finds $title', ({ status, body }) => {
    const answer = { status, headers, text: JSON.stringify(body) };
    expect(answerProblems(operationOf('getJobExecutionById'), answer)).toHaveLength(1);
    const good = { status: 200, headers, text: JSON.stringify(row) };
    expect(answerProblems(operationOf('getJobExecutionById'), good)).toEqual([]);
  });
});

describe('the operations of the simulator', () => {
  it('are those of the file, none more and none less', () => {
    expect([...OPERATION_NAMES].sort()).toEqual(operations.map(({ id }) => id).sort());
  });

  it.each(OPERATION_NAMES)('have the method and the path of the file: %s', (name) => {
    const { method, path } = OPERATIONS[name];
    expect(`${method} ${plainPath(path)}`).toBe(
      `${operationOf(name).method} ${operationOf(name).path}`,
    );
  });
});
