import { describe, expect, it } from 'vitest';
import { bodyMembersOf, dashed, flagsOf } from '../../../cli/api/flags.js';
import { outputText } from '../../../cli/api/tables.js';
import { INPUTS } from '../../../client/operations/input-schemas.js';
import { OPERATION_NAMES } from '../../../contract/operation-names.js';

describe('flagsOf', () => {
  it.each(OPERATION_NAMES)('gives every member of %s a flag with a text of its own', (name) => {
    const flags = flagsOf(name);
    expect(flags.map(({ member }) => member)).toEqual(Object.keys(INPUTS[name].shape));
    for (const { member, about } of flags)
      if (member !== 'name') expect(about, member).not.toBe(member);
  });

  it('takes objects and lists as JSON, numbers and switches as what they are', () => {
    const kinds = Object.fromEntries(
      flagsOf('createJob').map(({ member, kind }) => [member, kind]),
    );
    expect(kinds).toEqual({
      name: 'text',
      type: 'text',
      maxConcurrentRuns: 'number',
      jobCondition: 'json',
      nodes: 'json',
    });
    const [, , isTemp] = flagsOf('createWorkflow');
    expect(isTemp).toMatchObject({ member: 'isTemp', kind: 'switch', isRequired: false });
  });

  it('clashes with no flag of the command line itself', () => {
    const own = ['body', 'all', 'json', 'profile', 'help'];
    const members = OPERATION_NAMES.flatMap((name) => flagsOf(name).map(({ member }) => member));
    expect(members.filter((member) => own.includes(member))).toEqual([]);
  });
});

describe('bodyMembersOf', () => {
  it('is empty for an operation without a body', () => {
    expect(bodyMembersOf('getJobs')).toEqual([]);
    expect(bodyMembersOf('executeJob')).toEqual(['jobCondition']);
  });
});

describe('dashed', () => {
  it('gives the other way to write a flag', () => {
    expect(dashed('maxConcurrentRuns')).toBe('max-concurrent-runs');
  });
});

describe('outputText', () => {
  it('shows nothing for a bare true', () => {
    expect(outputText('deleteJob', true)).toBe('');
  });

  it('shows points of time as dates', () => {
    const text = outputText('getExecutionTimes', { result: [{ time: 0, value: 3 }] });
    expect(text).toMatch(/^time +value\n19[67]\d-\d\d-\d\dT\d\d:\d\d:00(Z|[+-]\d\d:\d\d) +3$/);
  });
});
