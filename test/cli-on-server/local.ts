import type { ChildProcess } from 'node:child_process';
import { inject } from 'vitest';
import type { Simulator } from '../../simulator/index.js';

/** Variables of a user beside the server of this test run and a simulator. */
export const localEnv = (
  { url, accessKey, secretKey }: Simulator,
  taskQueue: string,
): Readonly<Record<string, string>> => ({
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TEMPORAL_NAMESPACE: inject('temporalNamespace'),
  DATAFLOW_TASK_QUEUE: taskQueue,
  DATAFLOW_URL: url,
  NCLOUD_ACCESS_KEY_ID: accessKey,
  NCLOUD_SECRET_ACCESS_KEY: secretKey,
});

/** Presses Ctrl-C once, when this has been printed on stderr. */
export function pressAt(pattern: RegExp) {
  let pressed = false;
  return ({ stderr }: { readonly stderr: string }, child: ChildProcess): void => {
    if (pressed || !pattern.test(stderr)) return;
    pressed = true;
    child.kill('SIGINT');
  };
}
