import { isKey, KEY_RULE } from '../credentials.js';
import type { Credentials } from '../signature.js';

/** NAVER's own name for the section that is taken when none is named. */
export const DEFAULT_SECTION = 'DEFAULT';

/** The text of `~/.ncloud/configure`, taken apart (NOTES §7.2). */
export interface ConfigureText {
  /** Members by section; what stands before any section line belongs to the default one. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Names of sections, and of members within one, that stand twice. */
  readonly repeated: ReadonlySet<string>;
  /** Lines (from 1) that are no section, comment or `name = value`. */
  readonly unreadable: readonly number[];
}

/** What a section holds: a pair, nothing that concerns us, or something wrong. */
export type SectionKeys =
  | { readonly kind: 'keys'; readonly keys: Credentials; readonly section: string }
  | { readonly kind: 'none' | 'wrong'; readonly finding: string };

const COMMENT = /^\s*([#;].*)?$/;
const SECTION = /^\s*\[\s*([^\]]+?)\s*\]\s*([#;].*)?$/;
const MEMBER = /^\s*([^\s=:]+)\s*[=:]\s*(.*)$/;

const nameOfSection = (text: string): string =>
  text.toUpperCase() === DEFAULT_SECTION ? DEFAULT_SECTION : text;

/** Without quotes and without what follows as a comment. */
const plainValue = (text: string): string =>
  text
    .replace(/\s+[#;].*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');

/** Takes Windows line ends, a byte order mark, comments with `#` or `;`, and spaces around anything. */
export function readConfigure(text: string): ConfigureText {
  const sections = new Map<string, Map<string, string>>();
  const repeated = new Set<string>();
  const unreadable: number[] = [];
  let current = DEFAULT_SECTION;
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) {
    if (COMMENT.test(line)) continue;
    const section = SECTION.exec(line)?.[1];
    const [, name, value = ''] = MEMBER.exec(line) ?? [];
    if (section !== undefined) {
      current = nameOfSection(section);
      if (sections.has(current)) repeated.add(`[${current}]`);
      else sections.set(current, new Map());
    } else if (name !== undefined) {
      const members = sections.get(current) ?? new Map<string, string>();
      sections.set(current, members);
      const member = name.toLowerCase();
      if (members.has(member)) repeated.add(`[${current}] ${member}`);
      members.set(member, plainValue(value));
    } else unreadable.push(index + 1);
  }
  return { sections, repeated, unreadable };
}

const ACCESS = 'ncloud_access_key_id';
const SECRET = 'ncloud_secret_access_key';

/** The pair of one section. A pair is never put together from two: not even the default one lends a half. */
export function keysOfSection(
  { sections, repeated, unreadable }: ConfigureText,
  named: string | undefined,
): SectionKeys {
  const section = named === undefined ? DEFAULT_SECTION : nameOfSection(named);
  const members = sections.get(section);
  const where = `section [${section}]`;
  const lines =
    unreadable.length === 0 ? '' : ` (unreadable lines: ${unreadable.slice(0, 5).join(', ')})`;
  if (members === undefined) return { kind: 'none', finding: `no ${where}${lines}` };
  for (const name of ['', ` ${ACCESS}`, ` ${SECRET}`]) {
    if (repeated.has(`[${section}]${name}`))
      return { kind: 'wrong', finding: `${where}${name} stands twice: leave one` };
  }
  const [accessKey, secretKey] = [members.get(ACCESS) ?? '', members.get(SECRET) ?? ''];
  if (accessKey === '' && secretKey === '')
    return { kind: 'none', finding: `no keys in ${where}${lines}` };
  for (const [name, value] of [
    [ACCESS, accessKey],
    [SECRET, secretKey],
  ] as const) {
    if (value === '') return { kind: 'wrong', finding: `${where} lacks ${name}${lines}` };
    if (!isKey(value)) return { kind: 'wrong', finding: `${where}: ${name} ${KEY_RULE}` };
  }
  return { kind: 'keys', keys: Object.freeze({ accessKey, secretKey }), section };
}
