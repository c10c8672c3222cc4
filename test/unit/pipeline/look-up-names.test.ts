import { describe, expect, it } from 'vitest';
import { lookUpNames, nameGroups } from '../../../pipeline/definition/look-up-names.js';

async function* rows<Row>(all: readonly Row[], read: string[], what: string) {
  read.push(what);
  yield* await Promise.resolve(all);
}

describe('names of jobs and workflows', () => {
  it('are looked up in one list for each kind and profile', () => {
    const job = (name: string, profile?: string) =>
      ({ kind: 'job', name, ...(profile !== undefined && { profile }) }) as const;
    const flow = { kind: 'remoteWorkflow', name: 'load' } as const;
    expect(nameGroups([job('a'), job('b', 'payroll'), flow, job('c'), job('a')])).toEqual([
      { kind: 'job', profile: undefined, names: ['a', 'c'] },
      { kind: 'job', profile: 'payroll', names: ['b'] },
      { kind: 'remoteWorkflow', profile: undefined, names: ['load'] },
    ]);
  });

  it.each([
    ['job', 'load', { resolved: { load: { id: 'j1', name: 'load' } } }],
    ['remoteWorkflow', 'load', { resolved: { load: { id: 'w1', name: 'load' } } }],
    ['remoteWorkflow', 'j1', { problems: [expect.stringMatching(/^there is no workflow j1/)] }],
  ] as const)(
    'are looked up in the list of their kind alone: %s %s',
    async (kind, name, answer) => {
      const read: string[] = [];
      const lists = {
        jobs: () => rows([{ jobId: 'j1', name: 'load' }], read, 'job'),
        workflows: () => rows([{ workflowId: 'w1', name: 'load' }], read, 'remoteWorkflow'),
      };
      const group = { kind, profile: undefined, names: [name] };
      expect(await lookUpNames(group, lists)).toEqual(answer);
      expect(read).toEqual([kind]);
    },
  );
});
