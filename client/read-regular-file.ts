import { readFileSync, statSync, type BigIntStats } from 'node:fs';

/** Settings and certificates are far smaller. */
const MAX_BYTES = 1_048_576n;

const fileError = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error('no regular file'), { code });

/**
 * What the system says of a regular file. Anything else is refused before it is opened: reading a pipe blocks the
 * process until somebody writes into it.
 * @throws an error with an errno code: EISDIR, ENOTREG (pipe, socket, device), EFBIG (above 1 MiB), or the system's own
 */
export function statRegularFile(path: string): BigIntStats {
  const stats = statSync(path, { bigint: true });
  if (stats.isDirectory()) throw fileError('EISDIR');
  if (!stats.isFile()) throw fileError('ENOTREG');
  if (stats.size > MAX_BYTES) throw fileError('EFBIG');
  return stats;
}

/** The text of a small regular file. @throws as {@link statRegularFile} */
export function readRegularFile(path: string): string {
  statRegularFile(path);
  return readFileSync(path, 'utf8');
}
