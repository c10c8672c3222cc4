import { vi } from 'vitest';

/** Replaces all variables that the package reads with these. `vi.unstubAllEnvs` ends it. */
export function inUserEnvironment(env: Readonly<Record<string, string>>): void {
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env))
    if (/^(dataflow|ncloud|temporal|(https?|grpc|no|no_grpc)_proxy)/i.test(name))
      vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
}
