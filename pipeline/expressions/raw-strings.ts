import type { ASTNode } from '@marcbachmann/cel-js';
import { elementAt } from './lexical-elements.js';

/** An expression without raw strings, of unchanged length, and their contents by the offset of their quotes. */
export interface WithoutRawStrings {
  readonly source: string;
  readonly contents: ReadonlyMap<number, string>;
}

/**
 * Replaces raw strings by plain strings of equal length. The reason: in `r"C:\"` the library reads the backslash as an
 * escape of the quote, unlike CEL.
 */
export function withoutRawStrings(source: string): WithoutRawStrings {
  const contents = new Map<number, string>();
  let changed = '';
  for (let at = 0; at < source.length;) {
    const { start, end, raw } = elementAt(source, at);
    const text = source.slice(start, end);
    const isClosed = raw !== undefined && raw.end < source.length;
    if (isClosed && !/b/i.test(text.slice(0, 2)) && isWithinLines(source, start, raw)) {
      const content = source.slice(raw.start, raw.end);
      contents.set(start + 1, content);
      changed += ` ${text.slice(1, raw.start - start)}${content.replaceAll(/[^\r\n]/g, 'x')}${source.slice(raw.end, end)}`;
    } else changed += text;
    at = end;
  }
  return { source: changed, contents };
}

/** Only a string in triple quotes may contain a line break. */
const isWithinLines = (
  source: string,
  start: number,
  raw: { start: number; end: number },
): boolean => raw.start - start > 3 || !/[\r\n]/.test(source.slice(raw.start, raw.end));

/** Gives the nodes of raw strings their contents. */
export function putRawStrings(
  nodes: readonly ASTNode[],
  contents: WithoutRawStrings['contents'],
): void {
  if (contents.size === 0) return;
  for (const node of nodes) {
    const content = node.op === 'value' ? contents.get(node.start) : undefined;
    if (content !== undefined) (node as { args: unknown }).args = content;
  }
}
