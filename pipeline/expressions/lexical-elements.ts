/** One element of CEL's lexical grammar. A brace or a quote inside it has no meaning. */
export interface LexicalElement {
  readonly kind: 'comment' | 'string' | 'word' | 'character';
  readonly start: number;
  /** Offset after its last character. */
  readonly end: number;
  /** Contents of a raw string (`r"C:\"`), in which backslashes have no meaning. Absent for other elements. */
  readonly raw?: { readonly start: number; readonly end: number };
}

const WORD = /[A-Za-z0-9_]+/y;

/**
 * The element that begins at an offset: a comment to the end of its line, a string with its prefix, a word, or one
 * character.
 */
export function elementAt(text: string, start: number): LexicalElement {
  if (text.startsWith('//', start)) {
    const newline = text.indexOf('\n', start);
    return { kind: 'comment', start, end: newline < 0 ? text.length : newline };
  }
  WORD.lastIndex = start;
  const word = WORD.exec(text)?.[0] ?? '';
  const quote = text[start + word.length];
  const isQuote = quote === '"' || quote === "'";
  if (isQuote && /^([rR]|[bB]|[rR][bB]|[bB][rR])?$/.test(word))
    return stringAt(text, start, start + word.length, quote, /r/i.test(word));
  return word === ''
    ? { kind: 'character', start, end: start + 1 }
    : { kind: 'word', start, end: start + word.length };
}

/** A string that is not closed ends with the text. */
function stringAt(
  text: string,
  start: number,
  open: number,
  quote: string,
  isRaw: boolean,
): LexicalElement {
  const triple = quote.repeat(3);
  const mark = text.startsWith(triple, open) ? triple : quote;
  const from = open + mark.length;
  let at = from;
  while (at < text.length && !text.startsWith(mark, at)) at += text[at] === '\\' && !isRaw ? 2 : 1;
  const end = Math.min(at + mark.length, text.length);
  return { kind: 'string', start, end, ...(isRaw && { raw: { start: from, end: at } }) };
}
