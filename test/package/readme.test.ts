import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../fence/breached-tree.js';

const QUICK_START = join(ROOT, 'examples/quick-start');
const read = (...path: readonly string[]): Promise<string> => readFile(join(...path), 'utf8');
const readme = await read(ROOT, 'README.md');

describe("the README's quick start", () => {
  it('quotes each file of examples/quick-start, whole and word by word (L11)', async () => {
    const files = (await readdir(QUICK_START, { withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    expect(files.map(({ name }) => name).toSorted()).toEqual(
      'package.json start.ts tsconfig.json worker.ts workflows.ts'.split(' '),
    );
    for (const { name } of files) {
      const language = name.endsWith('.ts') ? 'ts' : 'json';
      const text = await read(QUICK_START, name);
      expect(readme).toContain(`\`${name}\`:\n\n\`\`\`${language}\n${text}\`\`\`\n`);
    }
  });

  it('installs this version of the package', async () => {
    const { name, version } = JSON.parse(await read(ROOT, 'package.json')) as Manifest;
    const { dependencies } = JSON.parse(await read(QUICK_START, 'package.json')) as Manifest;
    expect(dependencies[name]).toBe(`^${version}`);
  });
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}
