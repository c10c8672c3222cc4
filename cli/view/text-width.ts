import stringWidth from 'string-width';

/** Columns of a text in a terminal: a Hangul or Han character takes two. */
export const widthOf = stringWidth;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text in at most `width` columns; an ellipsis shows that it was cut. */
export function fitted(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  if (width < 1) return '';
  let [kept, used] = ['', 0];
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));

/** Narrower than this, words do not stand beside their heading but below it. */
const MIN_BESIDE = 20;

/** `head`, and the wrapped text beside it; below it where that leaves less than 20 columns. */
export function wrappedBeside(head: string, text: string, width: number): readonly string[] {
  const indent = widthOf(head);
  const room = width - indent;
  if (widthOf(text) <= room) return [head + text];
  const [below, margin] = [/^ */.exec(head)?.[0] ?? '', '    '];
  if (room < MIN_BESIDE)
    return [
      head.trimEnd(),
      ...wrapped(text, width - below.length - margin.length).map((line) => below + margin + line),
    ];
  return wrapped(text, room).map((line, at) => (at === 0 ? head : ' '.repeat(indent)) + line);
}

/** A row of two columns: both of it, for `wrappedBeside`. */
const TWO_COLUMNS = /^( *(?!\$ )\S.*? {2,})(\S.*)$/;

/** Help for a terminal: paragraphs and rows of two columns are wrapped, other indented lines are code to copy. */
export const wrappedHelp = (text: string, width: number): string =>
  text
    .replaceAll(/(?<=^\S.*)\n(?=\S)/gm, ' ')
    .split('\n')
    .flatMap((line) => {
      const [, head, rest = ''] = TWO_COLUMNS.exec(line) ?? [];
      if (head !== undefined) return wrappedBeside(head, rest, width);
      return line.startsWith(' ') ? [line] : wrapped(line, width);
    })
    .join('\n');

/** The text in lines of at most `width` columns, broken between words where it can be. */
export function wrapped(text: string, width: number): readonly string[] {
  if (stringWidth(text) <= width) return [text];
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (stringWidth(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    while (stringWidth(word) > width) {
      const part = fitted(word, width + 1).slice(0, -1);
      if (part === '') break;
      lines.push(part);
      word = word.slice(part.length);
    }
    line = word;
  }
  return line === '' ? lines : [...lines, line];
}
