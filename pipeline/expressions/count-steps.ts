import type { ASTNode } from '@marcbachmann/cel-js';
import { CHARACTERS_A_STEP, type StepBudget } from './step-budget.js';
import { childrenOf } from './syntax-tree.js';

// Apart from step-budget, whose declarations users compile: those of the library are not for CommonJS.

/** Operations whose time grows with the size of their operands. */
const BY_SIZE: readonly string[] = [
  ...['call', 'rcall', '+', '==', '!=', 'in', '<', '<=', '>', '>='],
];

type Evaluate = (this: ASTNode, ...context: unknown[]) => unknown;

/**
 * Makes every node of a parsed expression count its evaluations, and the size of its result where its parent reads
 * that. The library limits neither: two nested loops over 10,000 items would block the workflow task for minutes.
 */
export function countSteps(nodes: readonly ASTNode[], budget: StepBudget): void {
  const readWhole = new Set(
    nodes.filter(({ op }) => BY_SIZE.includes(op)).flatMap((node) => childrenOf(node)),
  );
  for (const node of nodes) {
    let evaluate = (node as unknown as { evaluate: Evaluate }).evaluate;
    const counted: Evaluate = function (this: ASTNode, ...context) {
      budget.spend(1);
      const result = evaluate.apply(this, context);
      if (readWhole.has(node)) budget.spend(sizeOf(result, budget.left));
      return result;
    };
    // The library replaces `evaluate` by a faster function at its first call. Calls of that one are counted too.
    Object.defineProperty(node, 'evaluate', {
      get: () => counted,
      set: (faster: Evaluate) => (evaluate = faster),
    });
  }
}

/** Steps to read a whole value. Counting stops above `most`. */
function sizeOf(value: unknown, most: number): number {
  if (typeof value === 'string') return Math.floor(value.length / CHARACTERS_A_STEP);
  if (typeof value !== 'object' || value === null) return 0;
  let size = 0;
  const inner: Iterable<unknown> = value instanceof Map ? value.values() : Object.values(value);
  for (const one of inner) {
    size += 1 + sizeOf(one, most - size);
    if (size > most) break;
  }
  return size;
}
