import { inspect } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';

const lines: string[] = [];
let installed = false;

/** Everything that the workers of this process have logged; one Runtime per process, installed on first use. */
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
