import { readRegularFile, statRegularFile } from '../read-regular-file.js';
import type { LookupResult, CredentialsProvider } from './chain.js';

export interface FileStore {
  /**
   * `version` changes whenever the file does. `isOpenToOthers`: group or others may read it. @throws with an errno
   * code
   */
  stamp(path: string): { readonly version: string; readonly isOpenToOthers: boolean };
  /** @throws with an errno code */
  read(path: string): string;
  monotonicMs(): number;
}

interface WatchedFileOptions {
  readonly path: string;
  /** E.g. `file ~/.ncloud/configure`. */
  readonly place: string;
  /** Reads the text. The result must not quote it. */
  readonly lookIn: (text: string) => LookupResult;
  readonly files: FileStore;
  readonly warn: (message: string) => void;
}

/** Time between two checks whether the file has changed, in ms. After a refused signature it is checked at once. */
const CHECK_MS = 5_000;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'may not be read by this process',
  EISDIR: 'is a folder',
  ENOTREG: 'is not a regular file',
  EFBIG: 'is larger than 1 MiB',
};

/** Reason for people. The message of the system is not quoted. */
export function reasonOfFileError(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const text = typeof code === 'string' ? code : 'unknown error';
  return REASONS[text] ?? `cannot be read (${text})`;
}

/** A file that does not exist has no keys. Any other file may be meant to have some, so its error is `wrong`. */
function lookOfError(
  error: unknown,
  place: string,
): Exclude<LookupResult, { readonly kind: 'keys' }> {
  const finding = reasonOfFileError(error);
  return finding === REASONS['ENOENT']
    ? { kind: 'none', place, finding }
    : { kind: 'wrong', place, finding: `${finding}: make it readable, or remove it` };
}

/**
 * Keys in a file that may change. It is read again when its version changes; each read is of one version, so halves
 * of two pairs are never mixed. If a file that had keys is missing or unusable its last keys are used: while a file
 * is replaced it is missing for a moment. A file that exists and cannot be read is `wrong`, because keys of the next
 * place could belong to another account.
 */
export function createWatchedFile({
  path,
  place,
  lookIn,
  files,
  warn,
}: WatchedFileOptions): CredentialsProvider {
  let known: { readonly version: string; readonly look: LookupResult } | undefined;
  let good: LookupResult | undefined;
  let checkedMs = -Infinity;
  let hasWarned = false;

  const readNow = (): { readonly version: string; readonly look: LookupResult } => {
    try {
      const { version, isOpenToOthers } = files.stamp(path);
      if (version === known?.version) return known;
      const look = lookIn(files.read(path));
      if (look.kind === 'keys' && isOpenToOthers && !hasWarned) {
        hasWarned = true;
        warn(`${place} holds keys and can be read by others on this machine: chmod 600 ${path}`);
      }
      return { version, look };
    } catch (error) {
      const look = lookOfError(error, place);
      return { version: look.finding, look };
    }
  };

  return {
    isRemote: false,
    look: ({ refused }) => {
      const nowMs = files.monotonicMs();
      if (known !== undefined && !refused && nowMs - checkedMs < CHECK_MS)
        return good ?? known.look;
      checkedMs = nowMs;
      const before = known;
      known = readNow();
      if (known.look.kind === 'keys') good = known.look;
      else if (good !== undefined && known.version !== before?.version)
        warn(
          `${place} has no usable keys any more (${known.look.finding}): the keys that were read last are used`,
        );
      return good ?? known.look;
    },
  };
}

/** Windows has no such bits. */
const isOpen = (mode: bigint): boolean => process.platform !== 'win32' && (mode & 0o077n) !== 0n;

/**
 * The file system. Synchronous, so that no two versions of a file are mixed; the files are small and read at most
 * every few seconds.
 */
export const NODE_FILES: FileStore = {
  stamp: (path) => {
    const { mtimeNs, ctimeNs, size, ino, mode } = statRegularFile(path);
    return { version: [mtimeNs, ctimeNs, size, ino].join('/'), isOpenToOthers: isOpen(mode) };
  },
  read: (path) => readRegularFile(path),
  monotonicMs: () => performance.now(),
};
