import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionProblem } from './expression-error.js';
import { problemOfOffset } from './cel-time.js';
import { FUNCTION_NAMES, isAllowed, LOOPS, functionRefusal } from './functions.js';
import { suggestionText } from '../../contract/suggest.js';
import { childrenOf, pathOf, type Path } from './syntax-tree.js';

/** What an expression reads, and its problems that do not depend on values. */
export interface Analysis {
  /** Paths except those that begin with the variable of a loop. */
  readonly paths: readonly Path[];
  readonly nodes: readonly ASTNode[];
  readonly problems: readonly ExpressionProblem[];
}

const MAX_SEPARATOR = 100;

/** Walks an expression once. The limits of the parser bound the recursion. */
export function analyze(ast: ASTNode): Analysis {
  const paths: Path[] = [];
  const nodes: ASTNode[] = [];
  const problems: ExpressionProblem[] = [];
  const visit = (node: ASTNode, bound: readonly string[]): void => {
    nodes.push(node);
    const problem = problemOfNode(node);
    if (problem !== undefined) problems.push(problem);
    const path = pathOf(node);
    if (path !== undefined) {
      if (!bound.includes(path.root)) paths.push(path);
      nodes.push(...spineOf(node));
      for (const { index } of path.segments) if (index !== undefined) visit(index, bound);
      return;
    }
    const variable = loopVariableOf(node);
    for (const child of childrenOf(node)) {
      const isInside = variable !== undefined && child !== childrenOf(node)[0];
      if (isInside && child.op === 'id' && child === childrenOf(node)[1]) continue;
      visit(child, isInside ? [...bound, variable] : bound);
    }
  };
  visit(ast, []);
  return { paths, nodes, problems };
}

/** The nodes below the end of a path: `steps.a` and `steps` of `steps.a.status`. */
function spineOf(node: ASTNode): ASTNode[] {
  const first = node.op === 'id' ? undefined : childrenOf(node)[0];
  return first === undefined ? [] : [first, ...spineOf(first)];
}

function loopVariableOf(node: ASTNode): string | undefined {
  if (node.op !== 'rcall' || !LOOPS.includes(node.args[0])) return undefined;
  const variable = node.args[2][0];
  return variable?.op === 'id' ? variable.args : undefined;
}

function problemOfNode(node: ASTNode): ExpressionProblem | undefined {
  if (node.op === 'value') {
    const isPlain = typeof node.args !== 'object' || node.args === null;
    if (isPlain) return undefined;
    return { message: 'bytes and unsigned numbers are not supported', range: node.range };
  }
  if (node.op !== 'call' && node.op !== 'rcall') return undefined;
  const [name] = node.args;
  const refusal = functionRefusal(name);
  if (refusal !== undefined) return { message: `${name}(): ${refusal}`, range: node.range };
  if (!isAllowed(name)) {
    const message = `there is no function ${name}()${suggestionText(name, FUNCTION_NAMES)}`;
    return { message, range: node.range };
  }
  if (node.op === 'call') return undefined;
  return name === 'join' ? problemOfJoin(node.args[2]) : problemOfZone(name, node.args[2]);
}

/** A zone by its name, of a part of a timestamp. */
function problemOfZone(name: string, [zone]: readonly ASTNode[]): ExpressionProblem | undefined {
  const text = zone?.op === 'value' ? (zone.args as unknown) : undefined;
  if (zone === undefined || typeof text !== 'string') return undefined;
  const message = problemOfOffset(name, text);
  return message === undefined ? undefined : { message, range: zone.range };
}

/** Bounds the separator, because join() is the only function whose result may be longer than its arguments together. */
function problemOfJoin([separator]: readonly ASTNode[]): ExpressionProblem | undefined {
  if (separator === undefined) return undefined;
  const isShort =
    separator.op === 'value' &&
    typeof separator.args === 'string' &&
    separator.args.length <= MAX_SEPARATOR;
  const message = `join(): the separator must be a string in quotes, at most ${MAX_SEPARATOR} characters`;
  return isShort ? undefined : { message, range: separator.range };
}
