import type { Mutant } from './mutant.js';

export const GROUP_GATE: readonly Mutant[] = [
  {
    breaks: 'group: frees a slot without proof',
    file: 'workflows/group/group-state.ts',
    from: 'if (!hasEnded) return granted(suspected(state, [entry]), nowMs);',
    to: '',
    killer: [
      'test/unit/workflows/group-state.test.ts',
      'keeps the slot of who left without proof until a check proves that nothing of it runs',
    ],
  },
  {
    breaks: 'group: a later request is granted before an earlier one',
    file: 'workflows/group/group-state.ts',
    from: 'otherPriority === priority && other.place > place',
    to: 'otherPriority === priority && other.place < place',
    killer: [
      'test/unit/workflows/group-state.test.ts',
      'grants up to its limit in the order of requests, and the next one when one has left',
    ],
  },
  {
    breaks: 'group: grants before external executions are counted',
    file: 'workflows/group/group-state.ts',
    from: 'settings.countExternal === true && !isCounted',
    to: 'false',
    killer: [
      'test/unit/workflows/group-state.test.ts',
      'with external executions grants only after they were counted',
    ],
  },
];
