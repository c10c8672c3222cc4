import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { OPERATION_NAMES } from '../../simulator/operations/operation-name.js';
import { OPERATIONS } from '../../simulator/operations/operation-table.js';
import { operationOf, operations, text } from './openapi-file.js';

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
