import { vi } from 'vitest';
import { runCli } from '../../cli/program.js';
import { type Ended, WITHOUT_ANYTHING } from './cli-process.js';
import { inUserEnvironment } from './user-environment.js';

/**
 * Runs `dataflow` within this process, which takes a tenth of the time. For tests that do not run beside each other, and
 * that need neither signals, stdin nor a terminal: those take a process.
 */
export async function dataflowHere(
  args: readonly string[],
  { env = {} }: { readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ended> {
  inUserEnvironment({ ...WITHOUT_ANYTHING, ...env });
  if (env['HOME'] === undefined) vi.stubEnv('HOME', undefined);
  const [stdout, stderr] = [kept(process.stdout), kept(process.stderr)];
  try {
    return { code: await runCli(args), stdout: stdout(), stderr: stderr() };
  } finally {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  }
}

/** Keeps what is written from now on. */
function kept(stream: NodeJS.WriteStream): () => string {
  const spy = vi.spyOn(stream, 'write').mockImplementation((_text, ...rest) => {
    const written = rest.find((one) => typeof one === 'function');
    written?.();
    return true;
  });
  return () => spy.mock.calls.map(([text]) => String(text)).join('');
}
