/** A world to explore. The next steps are a pure function of its state. */
export interface Explorable<State> {
  readonly initial: State;
  readonly steps: (state: State) => readonly Step<State>[];
  /** States with equal keys have the same future. */
  readonly keyOf: (state: State) => string;
  /** The breach in a state; undefined: there is none. */
  readonly breachOf: (state: State) => string | undefined;
  /** Whether all runs have ended. */
  readonly isFinal: (state: State) => boolean;
}

export interface Step<State> {
  readonly name: string;
  readonly next: State;
}

export interface Explored {
  /** Distinct states. */
  readonly states: number;
  /** Largest number of steps of a shortest trace to a state. */
  readonly depth: number;
  /** Number of distinct final states. */
  readonly ends: number;
  /** The first breach, and a shortest trace to it. */
  readonly breach?: { readonly what: string; readonly trace: readonly string[] };
  /** There are more states than allowed, and the others were not visited. */
  readonly isCut: boolean;
}

/**
 * Visits every state, breadth first, so that the trace to a breach is a shortest one. Then checks that a final state
 * can be reached from each state. States are kept as hashes of 53 bits. Among a million states the probability that
 * two share a hash, which would hide one, is below 1 in 10,000.
 */
export function explore<State>(world: Explorable<State>, maxStates: number): Explored {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0; // each failure of a run is an Error; stacks would take most of the time
  try {
    return visitAll(world, maxStates);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function visitAll<State>(world: Explorable<State>, maxStates: number): Explored {
  const { initial, steps, keyOf, breachOf, isFinal } = world;
  const numbers = new Map<number, number>();
  const parents: number[] = [];
  const names: string[] = [];
  const finals: number[] = [];
  const edges: number[] = []; // from, to, from, to …
  let [depth, isCut] = [0, false];
  const traceTo = (number: number): string[] => {
    const trace: string[] = [];
    for (let at = number; at > 0; at = parents[at] ?? 0) trace.unshift(names[at] ?? '');
    return trace;
  };
  /** Returns the number of a state, and whether it is new. */
  const visit = (state: State, parent: number, name: string): readonly [number, boolean] => {
    const hash = hashOf(keyOf(state));
    const known = numbers.get(hash);
    if (known !== undefined) return [known, false];
    const number = numbers.size;
    numbers.set(hash, number);
    parents.push(parent);
    names.push(name);
    if (isFinal(state)) finals.push(number);
    return [number, true];
  };
  const found = (what: string, number: number): Explored => ({
    ...{ states: numbers.size, depth, ends: finals.length, isCut },
    breach: { what, trace: traceTo(number) },
  });

  let frontier: (readonly [State, number])[] = [[initial, visit(initial, 0, '')[0]]];
  while (frontier.length > 0) {
    const following: (readonly [State, number])[] = [];
    for (const [state, number] of frontier) {
      for (const { name, next } of steps(state)) {
        const [reached, isNew] = visit(next, number, name);
        edges.push(number, reached);
        if (!isNew) continue;
        const what = breachOf(next);
        if (what !== undefined) return found(what, reached);
        if (numbers.size <= maxStates) following.push([next, reached]);
        else isCut = true;
      }
    }
    if (following.length > 0) depth += 1;
    frontier = following;
  }
  const stuck = isCut ? undefined : firstWithoutEnd(numbers.size, edges, finals);
  if (stuck !== undefined) return found('no way leads to an end', stuck);
  return { states: numbers.size, depth, ends: finals.length, isCut };
}

/** The first state from which no final state can be reached; undefined if there is none. */
function firstWithoutEnd(
  size: number,
  edges: readonly number[],
  finals: readonly number[],
): number | undefined {
  const starts = new Int32Array(size + 1); // predecessors of state n: from starts[n] to starts[n + 1]
  for (let at = 1; at < edges.length; at += 2) starts[edges[at]! + 1]! += 1;
  for (let at = 0; at < size; at += 1) starts[at + 1]! += starts[at]!;
  const filled = starts.slice();
  const predecessors = new Int32Array(edges.length / 2);
  for (let at = 0; at < edges.length; at += 2) {
    const to = edges[at + 1]!;
    predecessors[filled[to]!] = edges[at]!;
    filled[to]! += 1;
  }
  const leadsToEnd = new Uint8Array(size);
  const open = [...finals];
  for (const final of finals) leadsToEnd[final] = 1;
  for (let to = open.pop(); to !== undefined; to = open.pop()) {
    for (let at = starts[to]!; at < starts[to + 1]!; at += 1) {
      const from = predecessors[at]!;
      if (leadsToEnd[from] === 1) continue;
      leadsToEnd[from] = 1;
      open.push(from);
    }
  }
  const stuck = leadsToEnd.indexOf(0);
  return stuck < 0 ? undefined : stuck;
}

/** 53 bits of a text: twice FNV-1a with other primes, mixed as MurmurHash3 does. */
function hashOf(text: string): number {
  let [low, high] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x9e3779b1);
    high = Math.imul(high ^ code, 0x5f356495);
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  return 0x1_0000_0000 * (high & 0x1f_ffff) + (low >>> 0);
}
