import { describe, expect, it } from 'vitest';
import { findOperation, OPERATION_NAMES, otherNamesOf } from '../../../contract/operation-names.js';

describe('findOperation', () => {
  it.each(OPERATION_NAMES)(
    'finds %s by its name and by each other title that it has had',
    (name) => {
      for (const title of [name, ...otherNamesOf(name)])
        expect(findOperation(title)).toEqual({ name });
    },
  );

  it.each([
    ['getExecutionCountByInterval', 'getExecutionInterval'],
    ['getJob', 'getJobById'],
    ['createJobExecution', 'executeJob'],
    ['getJobExecution', 'getJobExecutionById'],
    ['updateJobExecutionConfig', 'updateJobExecuteConfig'],
    ['getWorkflow', 'getWorkflowById'],
  ])('finds by the newer title %s the operation %s', (title, name) => {
    expect(findOperation(title)).toEqual({ name });
  });

  it('refuses getExecutionCount, which has meant two operations, and names both', () => {
    expect(findOperation('getExecutionCount')).toEqual({
      problem:
        'getExecutionCount names two operations: it must be getExecutionInterval or getExecutionResult',
      meant: ['getExecutionInterval', 'getExecutionResult'],
    });
  });

  it.each(['', 'toString', '__proto__', 'executejob'])('knows no operation %j', (title) => {
    expect(findOperation(title)).toHaveProperty('problem');
  });
});
