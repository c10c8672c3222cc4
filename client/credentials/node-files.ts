import { readRegularFile, statRegularFile } from '../read-regular-file.js';
import type { FileStore } from './watched-file.js';

/** Whether group or others have any right. Windows has no such bits. */
const isOpen = (mode: bigint): boolean => process.platform !== 'win32' && (mode & 0o077n) !== 0n;

/**
 * The real file system. Synchronous on purpose: the files are small, are asked for every few seconds at most, and
 * one turn of the event loop cannot mix two versions.
 */
export const NODE_FILES: FileStore = {
  stamp: (path) => {
    const { mtimeNs, ctimeNs, size, ino, mode } = statRegularFile(path);
    return { version: [mtimeNs, ctimeNs, size, ino].join('/'), isOpenToOthers: isOpen(mode) };
  },
  read: (path) => readRegularFile(path),
  monotonicMs: () => performance.now(),
};
