import type { ASTNode } from '@marcbachmann/cel-js';
import type { TextRange } from './expression-error.js';

/** What is evaluated below a node, in the order in which it was written. */
export function childrenOf(node: ASTNode): readonly ASTNode[] {
  switch (node.op) {
    case 'value':
    case 'id':
      return [];
    case '.':
    case '.?':
      return [node.args[0]];
    case 'call':
      return node.args[1];
    case 'rcall':
      return [node.args[1], ...node.args[2]];
    case 'map':
      return node.args.flat();
    case '!_':
    case '-_':
      return [node.args];
    default:
      return node.args;
  }
}

/** One step of a path: its name, where it is written out, else the expression that gives it. */
export interface Segment {
  readonly key?: string;
  readonly index?: ASTNode;
  readonly range: TextRange;
}

/** `steps["load-kr"].status` as the name at its root and the segments after it. */
export interface Path {
  readonly root: string;
  readonly rootRange: TextRange;
  readonly segments: readonly Segment[];
}

/** The path that a node is, where it begins with a name. */
export function pathOf(node: ASTNode): Path | undefined {
  if (node.op === 'id') return { root: node.args, rootRange: node.range, segments: [] };
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const path = pathOf(node.args[0]);
  return path && { ...path, segments: [...path.segments, segmentOf(node)] };
}

function segmentOf(node: Extract<ASTNode, { op: '.' | '[]' }>): Segment {
  const [, member] = node.args;
  if (typeof member === 'string')
    return { key: member, range: { start: node.end - member.length, end: node.end } };
  return member.op === 'value' && typeof member.args === 'string'
    ? { key: member.args, range: member.range }
    : { index: member, range: member.range };
}
