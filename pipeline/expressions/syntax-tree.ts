import type { ASTNode } from '@marcbachmann/cel-js';
import type { TextRange } from './expression-error.js';

/** Child nodes that are evaluated, in the order of the source. */
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

/** One step of a path: its name, or the expression that computes it. */
export interface Segment {
  readonly key?: string;
  readonly index?: ASTNode;
  readonly range: TextRange;
}

/** A path such as `steps["load-kr"].status`: the name at its root, and the segments after it. */
export interface Path {
  readonly root: string;
  readonly rootRange: TextRange;
  readonly segments: readonly Segment[];
}

/** The path of a node; undefined if the node is no path that begins with a name. */
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
