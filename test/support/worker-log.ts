import { inspect } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';

const lines: string[] = [];
let installed = false;

/** All log lines of the workers of this process. Installs the Runtime of the process at the first call. */
export function workerLog(): readonly string[] {
  if (!installed) {
    installed = true;
    Runtime.install({
      logger: new DefaultLogger('DEBUG', ({ level, message, meta }) => {
        lines.push(`${level} ${message} ${inspect(meta, { depth: 6 })}`);
      }),
    });
  }
  return lines;
}
