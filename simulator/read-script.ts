import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import type { SimulatorScript } from './core.js';
import { flatIssues, pathText, readAs } from './flat-issues.js';
import { script } from './input-schema.js';

/**
 * Reads a YAML script file. Durations are ms, or strings such as 30s. @throws one error with all problems, one a
 * line: `file:line:col: problem`
 */
export function readScript(text: string, fileName: string): SimulatorScript {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number, message: string): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${message}`;
  };
  const refuse = (problems: readonly string[]): never => {
    throw new Error(`The script cannot be used:\n${problems.join('\n')}`);
  };
  if (document.errors.length > 0) {
    return refuse(document.errors.map(({ pos, message }) => at(pos[0], message)));
  }
  const result = readAs(script, plainValue(document) ?? {});
  if (result.success) return result.data;
  const issues = flatIssues(result.error)
    .map(({ path, message }) => ({ offset: offsetOf(document, path), path, message }))
    .sort((one, other) => one.offset - other.offset);
  return refuse(
    issues.map(({ offset, path, message }) =>
      at(offset, `${pathText(path) || 'the file'}: ${message}`),
    ),
  );
}

/** A document with too many aliases has no value. The message about it is checked instead, and refused. */
function plainValue(document: Document): unknown {
  try {
    return document.toJS() as unknown;
  } catch (error) {
    return String(error);
  }
}

/** Position of the property at `path`, or of its nearest ancestor that exists. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const part of path) {
    const found = childAt(node, part);
    if (found === undefined) break;
    offset = startOf(found.place) ?? offset;
    node = found.value;
  }
  return offset;
}

function childAt(
  node: unknown,
  part: PropertyKey,
): { readonly place: unknown; readonly value: unknown } | undefined {
  if (isSeq(node) && typeof part === 'number') {
    const value = node.items[part];
    return { place: value, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
  return pair && { place: pair.key, value: pair.value };
}

function startOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[0] : undefined;
}
