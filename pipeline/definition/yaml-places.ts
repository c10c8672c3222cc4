import { isAlias, isMap, isScalar, isSeq, visit, type Document } from 'yaml';
import type { SpecProblem } from './problem.js';
import type { TextProblem } from './yaml-limits.js';

/** Offset of a problem in the YAML: that of its value, its key, or the nearest parent. */
export function offsetOf(document: Document, text: string, problem: SpecProblem): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of problem.path.entries()) {
    const found = childAt(document, node, part);
    if (found === undefined) return offset;
    const isLast = depth === problem.path.length - 1;
    const isKey = isLast && problem.isKey === true;
    offset = (isKey ? startOf(found.key) : startOf(found.value)) ?? startOf(found.key) ?? offset;
    node = found.value;
  }
  return problem.at === undefined ? offset : (offsetWithin(node, text, problem.at) ?? offset);
}

interface Child {
  readonly key: unknown;
  readonly value: unknown;
}

/**
 * The child in the file: through an alias, and through the maps that `<<` merges, it is where the anchor is. A key of the
 * map itself comes before merged ones, and of merged maps the first.
 */
function childAt(document: Document, from: unknown, part: string | number): Child | undefined {
  const node = target(document, from);
  if (isSeq(node) && typeof part === 'number') {
    const value = node.items[part];
    return value === undefined ? undefined : { key: value, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  if (pair !== undefined) return { key: pair.key, value: pair.value };
  for (const merged of node.items.filter(isMerge).flatMap(({ value }) => sourcesOf(value))) {
    const found = childAt(document, merged, part);
    if (found !== undefined) return found;
  }
  return undefined;
}

const target = (document: Document, node: unknown): unknown =>
  isAlias(node) ? node.resolve(document) : node;

/** A key `<<` without quotes, which merges other maps into its own. */
const isMerge = ({ key }: { readonly key: unknown }): boolean =>
  isScalar(key) && typeof key.value === 'symbol';

const sourcesOf = (value: unknown): readonly unknown[] => (isSeq(value) ? value.items : [value]);

function startOf(node: unknown): number | undefined {
  const isPlace = isMap(node) || isSeq(node) || isScalar(node) || isAlias(node);
  return isPlace ? node.range?.[0] : undefined;
}

const OPEN = '${{';

/**
 * Offset in the file of a character of a scalar's value. Quotes, escapes and folding move characters. So the offset is
 * counted from the mark of the expression, after which the text is as in the file.
 */
function offsetWithin(node: unknown, text: string, at: number): number | undefined {
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range) return undefined;
  const [start, end] = node.range;
  const before = node.value.slice(0, at + (node.value.startsWith(OPEN, at) ? OPEN.length : 0));
  const opens = before.split(OPEN).length - 1;
  const valueOpen = before.lastIndexOf(OPEN);
  let rawOpen = start - 1;
  for (let count = 0; count < opens; count += 1) {
    rawOpen = text.indexOf(OPEN, rawOpen + 1);
    if (rawOpen < 0 || rawOpen >= end) return undefined;
  }
  if (opens === 0) return undefined;
  const length = at - valueOpen;
  const isVerbatim = text.slice(rawOpen, rawOpen + length) === node.value.slice(valueOpen, at);
  return isVerbatim ? rawOpen + length : rawOpen;
}

const MERGE = 'what << merges must be an object or the alias of one, or a list of these';

/**
 * Aliases without an anchor, values of `<<` that cannot be merged, repeated keys of a map, and keys that are no strings. The check of the parser takes
 * quadratic time.
 */
export function keyProblems(document: Document): readonly TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const offset = startOf(alias) ?? 0;
      problems.push({ offset, message: `there is no anchor ${alias.source} before this` });
    },
    Map: (_, { items }) => {
      const seen = new Set<string>();
      for (const { key, value } of items) {
        const offset = startOf(key) ?? 0;
        const name = isMerge({ key }) ? '<<' : isScalar(key) ? String(key.value) : undefined;
        if (name === undefined) problems.push({ offset, message: 'a name must be a string' });
        else if (seen.has(name))
          problems.push({ offset, message: `${name} must be set only once` });
        else if (name === '<<' && isMerge({ key })) {
          const wrong = sourcesOf(value).find((source) => !isMap(target(document, source)));
          if (wrong !== undefined)
            problems.push({ offset: startOf(wrong) ?? offset, message: MERGE });
        }
        if (name !== undefined) seen.add(name);
      }
    },
  } satisfies Parameters<typeof visit>[1]);
  return problems;
}
