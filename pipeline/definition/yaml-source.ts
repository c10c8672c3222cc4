import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { type SpecProblem, problemText } from './problem.js';
import type { Sliced } from './sliced.js';
import { createTokenCheck, problemOfLength, type TextProblem } from './yaml-limits.js';
import { keyProblems, offsetOf } from './yaml-places.js';

const MAX_PROBLEMS = 50;

/** A YAML file: its value, and the lines of its problems. */
export interface YamlSource {
  readonly fileName: string;
  readonly value: unknown;
  /** `file:line:col: path: what is wrong`, in the order of the file. */
  readonly told: (problems: readonly SpecProblem[]) => readonly string[];
}

type ReadYaml = { readonly source: YamlSource } | { readonly problems: readonly string[] };

/** Reads one file; its problems name line and column. */
export function* readYaml(text: string, fileName: string): Sliced<ReadYaml> {
  const lines = new LineCounter();
  const parsed = yield* parseTokens(text, lines);
  if ('tooMuch' in parsed) return { problems: linesOf([parsed.tooMuch], placesOf(text), fileName) };
  yield;
  const { document, broken } = compose(parsed.tokens, text, lines);
  yield;
  const places: Places = (offset) => lines.linePos(offset);
  const written = problemOfWriting(text, broken);
  if (written !== undefined) return { problems: linesOf([written], places, fileName) };
  const problems = broken.length > 0 ? broken : keyProblems(document);
  if (problems.length > 0) return { problems: linesOf(problems, places, fileName) };
  yield;
  const { value, problem } = valueOf(document);
  if (problem !== undefined) return { problems: linesOf([problem], places, fileName) };
  const told = (found: readonly SpecProblem[]): readonly string[] =>
    linesOf(
      found.map((one) => ({ offset: offsetOf(document, text, one), message: problemText(one) })),
      places,
      fileName,
    );
  return { source: { fileName, value, told } };
}

/** Tokens of the lexer that are read in one slice. */
const TOKENS_A_SLICE = 1_000;

/** In slices, because it takes the longest time of reading a file. */
function* parseTokens(
  text: string,
  lines: LineCounter,
): Sliced<{ readonly tokens: readonly CST.Token[] } | { readonly tooMuch: TextProblem }> {
  const tooLong = problemOfLength(text);
  if (tooLong !== undefined) return { tooMuch: tooLong };
  const problemOfToken = createTokenCheck();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let read = 0;
  for (const token of new Lexer().lex(text)) {
    const tooMuch = problemOfToken(token);
    if (tooMuch !== undefined) return { tooMuch };
    tokens.push(...parser.next(token));
    read += 1;
    if (read % TOKENS_A_SLICE === 0) yield;
  }
  return { tokens: [...tokens, ...parser.end()] };
}

interface Composed {
  readonly document: Document;
  readonly broken: readonly TextProblem[];
}

function compose(tokens: readonly CST.Token[], text: string, lines: LineCounter): Composed {
  // Keys are checked by `keyProblems`.
  const options = {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    merge: true,
  } as const;
  const documents = new Composer(options).compose(tokens, true, text.length);
  const [document, second] = [...documents] as unknown as [Document, Document?];
  const broken = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    offset: pos[0],
    message,
  }));
  const extra = second?.range && { offset: second.range[0], message: SECOND_DOCUMENT };
  return { document, broken: extra ? [...broken, extra] : broken };
}

const SECOND_DOCUMENT = 'a second document begins here: one file holds one pipeline';

/** The value of a document. Aliases that repeat too much are found only here. */
function valueOf(document: Document): { readonly value?: unknown; readonly problem?: TextProblem } {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cannot be read';
    const isBomb = message.startsWith('Excessive alias count');
    return {
      problem: { offset: 0, message: isBomb ? 'aliases repeat too much of the file' : message },
    };
  }
}

type Places = (offset: number) => { readonly line: number; readonly col: number };

/** Line and column without the parser, for a text that must not be parsed. */
const placesOf =
  (text: string): Places =>
  (offset) => {
    const before = text.slice(0, offset).split('\n');
    return { line: before.length, col: (before.at(-1)?.length ?? 0) + 1 };
  };

function linesOf(
  problems: readonly TextProblem[],
  places: Places,
  fileName: string,
): readonly string[] {
  const lines = [...problems]
    .sort((one, other) => one.offset - other.offset)
    .slice(0, MAX_PROBLEMS)
    .map(({ offset, message }) => {
      const { line, col } = places(offset);
      return `${fileName}:${Math.max(line, 1)}:${Math.max(col, 1)}: ${message}`;
    });
  const more = problems.length - lines.length;
  return more > 0 ? [...lines, `${fileName}: and ${more} more`] : lines;
}

/** Only at the beginning of a line: text in a value may have no-break spaces after its indentation. */
const NBSP = /^[\u00a0\u2007\u202f\u3000]/gmu;
/** An expression at the beginning of a value, without a quote before it. */
const UNQUOTED = /(?:[:,[{]|-)[ ]+(\$\{\{)/gu;

/**
 * A mistake for which the parser reports many other problems; undefined if there is none. `found`: problems of the
 * parser.
 */
function problemOfWriting(text: string, found: readonly TextProblem[]): TextProblem | undefined {
  NBSP.lastIndex = 0;
  const indent = NBSP.exec(text);
  if (indent !== null) {
    const offset = indent.index + indent[0].length - 1;
    return {
      offset,
      message: 'the line must be indented with spaces: it begins with a no-break space',
    };
  }
  const [first] = found;
  if (first === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', Math.max(first.offset - 1, 0)) + 1;
  const newline = text.indexOf('\n', first.offset);
  UNQUOTED.lastIndex = lineStart;
  const open = UNQUOTED.exec(text.slice(0, newline < 0 ? undefined : newline));
  if (open === null) return undefined;
  const offset = open.index + open[0].length - (open[1]?.length ?? 0);
  return { offset, message: "an expression must be in quotes here: '${{ … }}'" };
}
