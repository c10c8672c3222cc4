import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

/** Text of a file, or of stdin where the file is `-`. @throws Error that names the file and why */
export async function readText(file: string): Promise<string> {
  if (file === '-') return await text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read (${whyUnreadable(error)})`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder',
  EACCES: 'not allowed',
};

function whyUnreadable(error: unknown): string {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return REASONS[code] ?? code;
}

type JsonRead = { readonly value: unknown } | { readonly problem: string };

/** Parses JSON, which may begin with a byte order mark. A problem does not quote the text: it may hold a secret. */
export function readJson(source: string, json: string): JsonRead {
  try {
    return { value: JSON.parse(json.replace(/^\uFEFF/, '')) as unknown };
  } catch {
    return { problem: `${source} is not JSON; put quotes around it in the shell, or use @file` };
  }
}

/** The value of a flag that takes JSON, or `@file` with JSON in it. */
export async function readJsonFlag(flag: string, value: string): Promise<JsonRead> {
  if (!value.startsWith('@')) return readJson(flag, value);
  try {
    return readJson(`${flag} ${value}`, await readText(value.slice(1)));
  } catch (error) {
    return { problem: `${flag}: ${(error as Error).message}` };
  }
}
