import { join } from 'node:path';
import { type Environment, valueOf } from '../environment.js';
import type { LookupResult, CredentialsProvider } from './chain.js';
import { createWatchedFile, type FileStore } from './watched-file.js';
import { clip } from '../clean-text.js';
import { isKey, KEY_RULE } from './credentials.js';
import type { Credentials } from '../http/signature.js';

interface ConfigureFileOptions {
  /** HOME (on Windows USERPROFILE) names the home folder, as for NAVER's tools. */
  readonly env: Environment;
  /** Section to read. @default [DEFAULT], or a file without section lines */
  readonly section: string | undefined;
  readonly files: FileStore;
  readonly warn: (message: string) => void;
  readonly platform?: NodeJS.Platform;
}

const SHOWN_PATH = '~/.ncloud/configure';

/** The file `~/.ncloud/configure` of NAVER's tools (NOTES §7.2), read again when it changes. */
export function createConfigureFile(options: ConfigureFileOptions): CredentialsProvider {
  const { env, section, files, warn, platform = process.platform } = options;
  const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME';
  const home = valueOf(env, variable);
  const place = `file ${SHOWN_PATH}`;
  if (home === undefined) {
    const look: LookupResult = { kind: 'none', place, finding: `${variable} is not set` };
    return { isRemote: false, look: () => look };
  }
  const lookIn = (text: string): LookupResult => {
    const found = keysOfSection(readConfigure(text), section);
    if (found.kind !== 'keys') return { ...found, place };
    return { kind: 'keys', keys: found.keys, place: `${place}, section [${found.section}]` };
  };
  return createWatchedFile({
    path: join(home, '.ncloud', 'configure'),
    place,
    lookIn,
    files,
    warn,
  });
}

const DEFAULT_SECTION = 'DEFAULT';

/** Parsed text of `~/.ncloud/configure` (NOTES §7.2). */
interface ConfigureText {
  /** Names and values by section. Lines before the first section line belong to the default section. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Sections, and names in one section, that occur twice. */
  readonly repeated: ReadonlySet<string>;
  /** Numbers (from 1) of lines that are no section, comment or `name = value`. */
  readonly unreadable: readonly number[];
}

type SectionKeys =
  | { readonly kind: 'keys'; readonly keys: Credentials; readonly section: string }
  | { readonly kind: 'none' | 'wrong'; readonly finding: string };

type Line =
  | { readonly kind: 'nothing' | 'unreadable' }
  | { readonly kind: 'section'; readonly name: string }
  | { readonly kind: 'member'; readonly name: string; readonly value: string };

const UNREADABLE: Line = { kind: 'unreadable' };
const isNothing = (text: string): boolean => text === '' || /^[#;]/.test(text);

const nameOfSection = (text: string): string =>
  text.toUpperCase() === DEFAULT_SECTION ? DEFAULT_SECTION : text;

/** Removes quotes, and a comment at the end. */
const plainValue = (text: string): string =>
  text
    .replace(/\s[#;].*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');

/** Linear in the length of the line, whatever it holds. */
function readLine(line: string): Line {
  const text = line.trim();
  if (isNothing(text)) return { kind: 'nothing' };
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    const name = text.slice(1, Math.max(1, end)).trim();
    if (name === '' || !isNothing(text.slice(end + 1).trim())) return UNREADABLE;
    return { kind: 'section', name: nameOfSection(name) };
  }
  const end = text.search(/[=:]/);
  const name = text.slice(0, Math.max(0, end)).trim();
  if (name === '' || /\s/.test(name)) return UNREADABLE;
  return {
    kind: 'member',
    name: name.toLowerCase(),
    value: plainValue(text.slice(end + 1).trim()),
  };
}

/** Accepts Windows line ends, a byte order mark, comments with `#` or `;`, and surrounding spaces. */
export function readConfigure(text: string): ConfigureText {
  const sections = new Map<string, Map<string, string>>();
  const repeated = new Set<string>();
  const unreadable: number[] = [];
  let current = DEFAULT_SECTION;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, text] of lines.entries()) {
    const line = readLine(text);
    if (line.kind === 'unreadable') unreadable.push(index + 1);
    if (line.kind === 'section') {
      current = line.name;
      if (sections.has(current)) repeated.add(`[${current}]`);
      else sections.set(current, new Map());
    }
    if (line.kind === 'member') {
      const members = sections.get(current) ?? new Map<string, string>();
      sections.set(current, members);
      if (members.has(line.name)) repeated.add(`[${current}] ${line.name}`);
      members.set(line.name, line.value);
    }
  }
  return { sections, repeated, unreadable };
}

const ACCESS = 'ncloud_access_key_id';
const SECRET = 'ncloud_secret_access_key';

/** Names that NAVER's tools use. Another name that holds `key` or `secret` counts as misspelt. */
const KNOWN = [ACCESS, SECRET, 'ncloud_api_url'];
const isMisspelt = (name: string): boolean => /key|secret/.test(name) && !KNOWN.includes(name);

/**
 * Keys of one section. The two halves never come from two sections. `none` is returned only if every line was
 * readable and the section names no key: if keys were meant to be here, those of the next place would belong to
 * another account.
 */
export function keysOfSection(
  { sections, repeated, unreadable }: ConfigureText,
  named: string | undefined,
): SectionKeys {
  const section = named === undefined ? DEFAULT_SECTION : nameOfSection(named);
  const members = sections.get(section) ?? new Map<string, string>();
  const where = `section [${section}]`;
  const lines =
    unreadable.length === 0 ? '' : ` (unreadable lines: ${unreadable.slice(0, 5).join(', ')})`;
  const wrong = (problem: string): SectionKeys => ({ kind: 'wrong', finding: problem });
  for (const name of ['', ` ${ACCESS}`, ` ${SECRET}`]) {
    if (repeated.has(`[${section}]${name}`))
      return wrong(`${where}${name} occurs twice: remove one`);
  }
  const misspelt = [...members.keys()].find(isMisspelt);
  const isMeant = members.has(ACCESS) || members.has(SECRET) || misspelt !== undefined;
  if (!isMeant) {
    const finding = `${sections.has(section) ? 'no keys in' : 'no'} ${where}${lines}`;
    return { kind: lines === '' ? 'none' : 'wrong', finding };
  }
  const [accessKey, secretKey] = [members.get(ACCESS) ?? '', members.get(SECRET) ?? ''];
  for (const [name, value] of [
    [ACCESS, accessKey],
    [SECRET, secretKey],
  ] as const) {
    const instead = misspelt === undefined ? '' : `; it has ${clip(misspelt, 40)}`;
    if (value === '') return wrong(`${where} lacks ${name}${instead}${lines}`);
    if (!isKey(value)) return wrong(`${where}: ${name} ${KEY_RULE}`);
  }
  return { kind: 'keys', keys: Object.freeze({ accessKey, secretKey }), section };
}
