import { describe, expect, it } from 'vitest';
import {
  fitted,
  padded,
  widthOf,
  wrapped,
  wrappedBeside,
  wrappedHelp,
} from '../../../../cli/view/text-width.js';

describe('fitted, padded', () => {
  it('count the columns of a terminal: Hangul takes two', () => {
    expect(fitted('서울-강남', 5)).toBe('서울…');
    expect(fitted('abc', 3)).toBe('abc');
    expect(widthOf(padded('서울', 6))).toBe(6);
  });
});

describe('wrapped', () => {
  it('breaks between words, and a word that is longer than a line within it', () => {
    expect(wrapped('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapped('a dataflow/nightly b', 8)).toEqual(['a', 'dataflow', '/nightly', 'b']);
  });
});

describe('wrappedBeside', () => {
  it('begins all lines where the first one begins, coloured or not', () => {
    const head = '\u001b[32mok\u001b[39m  ';
    expect(wrappedBeside(head, 'one two three four five six', 24)).toEqual([
      `${head}one two three four`,
      '    five six',
    ]);
  });

  it('puts the text below a head that leaves no room', () => {
    expect(wrappedBeside('  A_LONG_NAME  ', 'one two three four', 24)).toEqual([
      '  A_LONG_NAME',
      '      one two three four',
    ]);
  });
});

describe('wrappedHelp', () => {
  it('joins and wraps paragraphs, wraps the second column, and leaves commands whole', () => {
    const command = '  $ dataflow api getJobs --all   # a long one';
    expect(
      wrappedHelp(
        `A line\nand another one here.\n\nCodes:\n  1    an error of some kind\n${command}`,
        27,
      ),
    ).toBe(
      `A line and another one\nhere.\n\nCodes:\n  1    an error of some\n       kind\n${command}`,
    );
  });
});
