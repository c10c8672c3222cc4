import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './syntax-tree.js';

/** Steps that one evaluation may take: a node evaluated is one, and 32 characters or one value that an operation reads. */
export const MAX_STEPS = 100_000;
const CHARACTERS_A_STEP = 32;

/** Operations that take as long as their operands are large. */
const BY_SIZE: readonly string[] = [
  ...['call', 'rcall', '+', '==', '!=', 'in', '<', '<=', '>', '>='],
];

type Evaluate = (this: ASTNode, ...context: unknown[]) => unknown;

/** Steps left of one evaluation. */
export interface StepBudget {
  /** Whether it ran out, also where a CEL operator swallowed the error. */
  readonly isSpent: boolean;
}

/**
 * Makes every node of a parsed expression count its evaluations, and what its parent must read of its result. The
 * library bounds neither: two nested loops over 10,000 items would hold up the workflow task for minutes.
 */
export function limitSteps(nodes: readonly ASTNode[]): StepBudget {
  let left = MAX_STEPS;
  const spent = new Error(`takes more than ${MAX_STEPS} steps`);
  const spend = (steps: number): void => {
    left -= steps;
    if (left < 0) throw spent;
  };
  const readWhole = new Set(
    nodes.filter(({ op }) => BY_SIZE.includes(op)).flatMap((node) => childrenOf(node)),
  );
  for (const node of nodes) {
    let evaluate = (node as unknown as { evaluate: Evaluate }).evaluate;
    const counted: Evaluate = function (this: ASTNode, ...context) {
      spend(1);
      const result = evaluate.apply(this, context);
      if (readWhole.has(node)) spend(sizeOf(result, Math.max(left, 0)));
      return result;
    };
    // The library replaces `evaluate` by a faster one at its first call; that one is counted too.
    Object.defineProperty(node, 'evaluate', {
      get: () => counted,
      set: (faster: Evaluate) => (evaluate = faster),
    });
  }
  return {
    get isSpent() {
      return left < 0;
    },
  };
}

/** Steps to read a value through; stops counting above `most`. */
function sizeOf(value: unknown, most: number): number {
  if (typeof value === 'string') return Math.floor(value.length / CHARACTERS_A_STEP);
  if (typeof value !== 'object' || value === null) return 0;
  let size = 0;
  for (const inner of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    size += 1 + sizeOf(inner, most - size);
    if (size > most) break;
  }
  return size;
}
