import { styleText } from 'node:util';

/** Data, on stdout. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** A message, on stderr. It is not wrapped, so that a command in it can be copied. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const printJson = (value: unknown): void => {
  print(JSON.stringify(value, null, 2));
};

export type Style = Parameters<typeof styleText>[0];

/** Colour where stdout is a terminal and NO_COLOR is not set. */
export const styled = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout });
