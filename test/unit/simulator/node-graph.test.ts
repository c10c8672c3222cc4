import { describe, expect, it } from 'vitest';
import { graphProblem } from '../../../simulator/node-graph.js';

const nodes = (graph: Record<string, readonly string[]>) =>
  Object.entries(graph).map(([id, parentNodeIds]) => ({ id, parentNodeIds }));

describe('graphProblem', () => {
  it.each([
    {},
    { a: [] },
    { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] },
    { b: ['a'], a: [] },
    { a: [], b: [] },
  ])('has nothing against %o', (graph) => {
    expect(graphProblem(nodes(graph))).toBeUndefined();
  });

  it.each([
    { graph: { a: ['b'] }, problem: 'parent b of a must be in the list' },
    { graph: { a: ['a'] }, problem: 'a wait for each other' },
    { graph: { a: [], b: ['a', 'd'], c: ['b'], d: ['c'] }, problem: 'b, c, d wait' },
  ])('refuses $graph: $problem', ({ graph, problem }) => {
    expect(graphProblem(nodes(graph as Record<string, string[]>))).toContain(problem);
  });

  it('refuses an id that stands twice', () => {
    const twice = [...nodes({ a: [] }), ...nodes({ a: [] })];
    expect(graphProblem(twice)).toContain('id a must be unique');
  });
});
