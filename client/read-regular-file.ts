import { readFileSync, statSync, type BigIntStats } from 'node:fs';

/** Files with settings and certificates are far smaller. */
const MAX_BYTES = 1_048_576n;

const fileError = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error('no regular file'), { code });

/**
 * * Status of a regular file. Other files are refused before they are opened: reading a pipe blocks the process until
 * * something is written into it. * @throws an error with an errno code: EISDIR, ENOTREG (pipe, socket, device),
 * EFBIG (above 1 MiB), or the system's own
 */
export function statRegularFile(path: string): BigIntStats {
  const stats = statSync(path, { bigint: true });
  if (stats.isDirectory()) throw fileError('EISDIR');
  if (!stats.isFile()) throw fileError('ENOTREG');
  if (stats.size > MAX_BYTES) throw fileError('EFBIG');
  return stats;
}

/** Reads a regular file of at most 1 MiB. @throws as {@link statRegularFile} */
export function readRegularFile(path: string): string {
  statRegularFile(path);
  return readFileSync(path, 'utf8');
}
