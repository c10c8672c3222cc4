import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { inputProblems } from '../../client/operations/input-schemas.js';
import { OPEN_NODE_TYPES } from '../../contract/job-node.js';
import { JOB_CONDITION_OPTIONS } from '../../contract/run-options.js';
import { DAYS_OF_WEEK } from '../../contract/trigger.js';
import { text } from './openapi-file.js';

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}
interface Values {
  readonly components: {
    readonly schemas: {
      readonly JobNodeType: { readonly enum: readonly string[] };
      readonly ResourceName: { readonly minLength: number; readonly maxLength: number };
      readonly JobCondition: {
        readonly properties: Readonly<Record<'numWorker' | 'timeout', Range>>;
      };
      readonly TriggerRule: {
        readonly properties: {
          readonly dayOfWeek: { readonly items: { readonly enum: readonly string[] } };
        };
      };
    };
  };
}
const { JobNodeType, ResourceName, JobCondition, TriggerRule } = (parse(text) as Values).components
  .schemas;
const { numWorker, timeout } = JobCondition.properties;

describe('what may be sent', () => {
  it('are the node types of the file', () => {
    const typed = ['SOURCE_OBS', 'TRANSFORM_FILTER', 'TARGET_OBS'];
    expect([...typed, ...OPEN_NODE_TYPES].sort()).toEqual([...JobNodeType.enum].sort());
  });

  it('are the days of the week of the file', () => {
    expect(DAYS_OF_WEEK).toEqual(TriggerRule.properties.dayOfWeek.items.enum);
  });

  it('are workers and minutes within the bounds of the file', () => {
    for (const [option, { minimum, maximum }] of [
      [JOB_CONDITION_OPTIONS.numWorker, numWorker],
      [JOB_CONDITION_OPTIONS.timeout, timeout],
    ] as const)
      expect(option).toMatchObject({ min: minimum, max: maximum });
  });

  it('are names as long as the file lets them be', () => {
    const { minLength, maxLength } = ResourceName;
    const problems = (length: number) =>
      inputProblems('createJob', { name: 'a'.repeat(length), type: 'SCRIPT' });
    expect([minLength, maxLength].map(problems)).toEqual([[], []]);
    for (const length of [minLength - 1, maxLength + 1]) expect(problems(length)).not.toEqual([]);
  });
});
