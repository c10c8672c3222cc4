import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../fence/breached-tree.js';
import { runTool } from '../fence/run-tool.js';

const NAME = 'temporal-ncloud-dataflow';

/** How the files of a project are read: by `type` of the nearest package.json. */
export const PROJECT_TYPES = ['module', 'commonjs'] as const;
export type ProjectType = (typeof PROJECT_TYPES)[number];

/**
 * The packed package installed beside two projects of a user, `module/` and `commonjs/`, with everything else linked, so
 * without a network.
 */
export interface UserProjects {
  readonly folder: string;
  /** Where the package lies in it: all that was packed, and nothing else. */
  readonly packageFolder: string;
  write(path: string, content: string): Promise<void>;
  remove(): Promise<void>;
}

/** What a user may import, as the package itself lists it. */
export async function importableNames(): Promise<string[]> {
  const { exports } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, unknown>;
  };
  const subpaths = Object.keys(exports).filter((subpath) => !subpath.endsWith('.json'));
  return subpaths.map((subpath) => `${NAME}${subpath.slice(1)}`);
}

/** Packs the project as it would be published and installs it. */
export async function createUserProjects(): Promise<UserProjects> {
  if (!existsSync(join(ROOT, 'lib'))) throw new Error('There is no lib/: run `npm run build`.');
  const folder = await mkdtemp(join(tmpdir(), 'user-project-'));
  const packageFolder = join(folder, 'node_modules', NAME);
  await mkdir(packageFolder, { recursive: true });
  await must('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], ROOT);
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new Error('npm pack wrote no tarball.');
  await must('tar', ['-xzf', join(folder, tarball), '--strip-components=1'], packageFolder);
  await linkPackages(join(folder, 'node_modules'));
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const type of PROJECT_TYPES)
    await write(`${type}/package.json`, JSON.stringify({ name: type, private: true, type }));
  return {
    folder,
    packageFolder,
    write,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function linkPackages(target: string): Promise<void> {
  const names = (await readdir(join(ROOT, 'node_modules'))).filter((name) => name !== NAME);
  for (const name of names) await symlink(join(ROOT, 'node_modules', name), join(target, name));
}

async function must(name: string, args: readonly string[], cwd: string): Promise<void> {
  const { exitCode, output } = await runTool(name, args, cwd);
  if (exitCode !== 0) throw new Error(`${name} ${args.join(' ')} failed: ${output}`);
}
