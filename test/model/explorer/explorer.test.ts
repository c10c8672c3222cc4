import { describe, expect, it } from 'vitest';
import { exploreWorld, SMALL_WORLDS, WITHOUT } from './bounds.js';
import { explore, type Explored } from './explore.js';
import { type Rule, RULES } from './world.js';

const MAX_STATES = 60_000;

/** Counterexamples of docs/submit-protocol.md, by the rule that prevents them. */
const COUNTEREXAMPLES: Partial<Record<Rule, string>> = {
  reconcileLasts: 'CE1',
  oneDelivery: 'CE2',
  permitOfThisRun: 'CE3',
  backdating: 'CE4',
  exactStop: 'CE5',
  untakenIsProof: 'CE6',
  unknownAddsUp: 'CE7',
  decidedAtTheEnd: 'CE8',
  permitTime: 'CE9',
};
const NAMES = Object.keys(RULES) as Rule[];
const titleOf = (rule: Rule): string => {
  const example = COUNTEREXAMPLES[rule];
  return RULES[rule] + (example === undefined ? '' : ` (${example})`);
};

const explored = new Map<Rule, Explored>();
function withoutRule(rule: Rule): Explored {
  const known = explored.get(rule);
  if (known !== undefined) return known;
  const found = exploreWorld(`without ${rule}`, { ...WITHOUT[rule], without: rule }, MAX_STATES);
  explored.set(rule, found);
  return found;
}

describe('the submit protocol, in every state of a bounded world', () => {
  it.each(Object.entries(SMALL_WORLDS))(
    'starts at most one execution a submission, loses none, touches none of others, and comes to an end: %s',
    (name, settings) => {
      const { breach, isCut, states } = exploreWorld(name, settings, MAX_STATES);
      expect(breach).toBeUndefined();
      expect(isCut).toBe(false);
      expect(states).toBeGreaterThan(500);
    },
  );

  it.each(NAMES.map((rule) => [titleOf(rule), rule] as const))('breaks without %s', (_, rule) => {
    expect(withoutRule(rule).breach).toBeDefined();
  });

  // `npx vitest run test/model/explorer --update` writes the file.
  it('has the shortest traces to a breach that shortest-traces.md shows', async () => {
    const sections = NAMES.map((rule) => {
      const { what = '', trace = [] } = withoutRule(rule).breach ?? {};
      const title = `## Without ${titleOf(rule)}`;
      return `${title}\n\n${what}, after ${trace.length} steps:\n\n\`\`\`\n${trace.join('\n')}\n\`\`\`\n`;
    });
    const text = `# Shortest traces to a breach\n\nWritten by explorer.test.ts: one rule of docs/submit-protocol.md is left out at a time.\n\n`;
    await expect(text + sections.join('\n')).toMatchFileSnapshot('shortest-traces.md');
  });
});

describe('explore', () => {
  const counter = (ends: boolean) => ({
    initial: 0,
    steps: (state: number) =>
      state < 3 ? [{ name: `to ${state + 1}`, next: state + 1 }] : [{ name: 'stays', next: state }],
    keyOf: String,
    breachOf: () => undefined,
    isFinal: (state: number) => ends && state === 3,
  });

  it('visits each state once', () => {
    expect(explore(counter(true), 10)).toEqual({ states: 4, depth: 3, ends: 1, isCut: false });
  });

  it('finds a state that no way leads out of, and the trace to the first', () => {
    const { breach } = explore({ ...counter(false), isFinal: (state) => state === 1 }, 10);
    expect(breach).toEqual({ what: 'no way leads to an end', trace: ['to 1', 'to 2'] });
  });

  it('stops at the first breach', () => {
    const { breach } = explore(
      { ...counter(true), breachOf: (state) => (state === 2 ? 'two' : undefined) },
      10,
    );
    expect(breach).toEqual({ what: 'two', trace: ['to 1', 'to 2'] });
  });

  it('says that it left states out', () => {
    expect(explore(counter(true), 2).isCut).toBe(true);
  });
});
