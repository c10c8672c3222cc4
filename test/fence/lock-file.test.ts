import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './breached-tree.js';

interface LockFile {
  readonly packages: Readonly<Record<string, { resolved?: string; version?: string }>>;
}

/** Packages that say where they were fetched from; npm fills in the registry of whoever installs. */
function namesHost({ packages }: LockFile): string[] {
  return Object.entries(packages)
    .filter(([, { resolved }]) => resolved !== undefined)
    .map(([path]) => path);
}

describe('package-lock.json', () => {
  it('holds no registry, so that everybody installs from their own', async () => {
    const text = await readFile(join(ROOT, 'package-lock.json'), 'utf8');
    expect(namesHost(JSON.parse(text) as LockFile)).toEqual([]);
    expect(text).not.toMatch(/https?:\/\/[^"]*\.tgz/);
    expect(text).not.toMatch(/https?:\/\/registry\./);
  });

  it('is refused when a package in it names its host', () => {
    const packages = {
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { resolved: 'x' },
    };
    expect(namesHost({ packages })).toEqual(['node_modules/b']);
  });
});
