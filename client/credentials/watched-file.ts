import { readRegularFile, statRegularFile } from '../read-regular-file.js';
import type { LookupResult, CredentialsProvider } from './provider.js';

/** Files of this machine, and the clock by which they are looked at again. */
export interface FileStore {
  /** What changes whenever the file does, and whether group or others may read it. @throws with an errno code */
  stamp(path: string): { readonly version: string; readonly isOpenToOthers: boolean };
  /** @throws with an errno code */
  read(path: string): string;
  /** Milliseconds that only run forward. */
  monotonicMs(): number;
}

interface WatchedFileOptions {
  readonly path: string;
  /** The file in words, e.g. `file ~/.ncloud/configure`. */
  readonly place: string;
  /** What the text holds. Must not quote it. */
  readonly lookIn: (text: string) => LookupResult;
  readonly files: FileStore;
  readonly warn: (message: string) => void;
}

/** How often a file is asked whether it changed, in ms; a refused signature asks at once. */
const CHECK_MS = 5_000;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'may not be read by this process',
  EISDIR: 'is a folder',
  ENOTREG: 'is not a regular file',
  EFBIG: 'is larger than 1 MiB',
};

/** The reason without the system's message. */
export function reasonOfFileError(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const text = typeof code === 'string' ? code : 'unknown error';
  return REASONS[text] ?? `cannot be read (${text})`;
}

/** What a file that could not be read means: one that is not there has no keys, in any other they may be meant to be. */
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
 * Keys in a file that may change while we run. Read again when its stamp changes; what is read is one version of
 * the file or another, so a pair is never mixed. Where a once good file is gone or cannot be used, its last keys go
 * on being used: a file that is being replaced is not there for a moment. A file that is there and cannot be read is
 * wrong, not missing: keys of the next place would belong to another account.
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
          `${place} has no good keys any more (${known.look.finding}): going on with the last ones`,
        );
      return good ?? known.look;
    },
  };
}

/** Whether group or others have any right. Windows has no such bits. */
const isOpen = (mode: bigint): boolean => process.platform !== 'win32' && (mode & 0o077n) !== 0n;

/**
 * The real file system. Synchronous on purpose: the files are small, are asked for every few seconds at most, and
 * one iteration of the event loop cannot mix two versions.
 */
export const NODE_FILES: FileStore = {
  stamp: (path) => {
    const { mtimeNs, ctimeNs, size, ino, mode } = statRegularFile(path);
    return { version: [mtimeNs, ctimeNs, size, ino].join('/'), isOpenToOthers: isOpen(mode) };
  },
  read: (path) => readRegularFile(path),
  monotonicMs: () => performance.now(),
};
