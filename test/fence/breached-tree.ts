import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A folder outside the project with its settings and its packages, to plant breaches in. */
export interface BreachedTree {
  readonly folder: string;
  /** Writes files, given as path and content. */
  plant(files: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

/** Copies `settings` (files or folders, relative to the project) to a fresh folder. */
export async function createBreachedTree(settings: readonly string[]): Promise<BreachedTree> {
  const folder = await mkdtemp(join(tmpdir(), 'fence-'));
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const name of settings) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  return {
    folder,
    plant: async (files) => {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), content);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
