import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const MAX_LINES = 250;
export const MAX_MEDIAN_LINES = 80;

/** What is shipped; tests, bench and examples may be longer. */
const SHIPPED = [
  ...['contract', 'client', 'polling', 'activities', 'pipeline', 'workflows', 'worker', 'cli'],
  'simulator',
];
const FORBIDDEN_NAMES = /^(utils?|helpers?|commons?|types|base|.*-?manager)\.ts$/;

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
}

/** Every shipped source file below `root`. */
export async function readSources(root: string): Promise<SourceFile[]> {
  const top = (await readdir(root)).filter((name) => /^(index|workflow)\.ts$/.test(name));
  const nested = await Promise.all(
    SHIPPED.map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true }).catch(() => []);
      return names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
    }),
  );
  return Promise.all(
    [...top, ...nested.flat()].map(async (path) => {
      const text = await readFile(join(root, path), 'utf8');
      return { path, lines: text.split('\n').length - 1 };
    }),
  );
}

/** What the sizes and names of files break, in words. */
export function problemsOfSizes(files: readonly SourceFile[]): string[] {
  const lines = files.map((file) => file.lines).sort((a, b) => a - b);
  const median = lines[Math.floor((lines.length - 1) / 2)] ?? 0;
  return [
    ...files
      .filter((file) => file.lines > MAX_LINES)
      .map(
        ({ path, lines: count }) =>
          `${path} has ${String(count)} lines, at most ${String(MAX_LINES)}`,
      ),
    ...(median > MAX_MEDIAN_LINES
      ? [`the median is ${String(median)} lines, at most ${String(MAX_MEDIAN_LINES)}`]
      : []),
    ...files.flatMap(({ path }) => problemsOfName(path)),
  ];
}

function problemsOfName(path: string): string[] {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?\.ts$/.test(name))
    return [`${path} is not in kebab-case`];
  return FORBIDDEN_NAMES.test(name) ? [`${path} says nothing about what it holds`] : [];
}
