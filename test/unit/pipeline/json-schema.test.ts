import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { pipelineJsonSchema } from '../../../pipeline/index.js';

const FILE = new URL('../../../pipeline/pipeline.schema.json', import.meta.url);
type Schema = Readonly<Record<string, unknown>>;

/** Paths of members that say nothing about themselves. */
function silentMembers(schema: unknown, path: string): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { properties?: Readonly<Record<string, Schema>> };
  const silent = Object.entries(properties)
    .filter(([, member]) => member['description'] === undefined)
    .map(([name]) => `${path}.${name}`);
  const below = Object.entries(schema).flatMap(([name, inner]) =>
    silentMembers(inner, `${path}.${name}`),
  );
  return [...silent, ...below];
}

describe('pipeline.schema.json', () => {
  it('is what the schema gives (npm run schema writes it)', async () => {
    const text = `${JSON.stringify(pipelineJsonSchema(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(FILE.pathname);
  });

  it('describes every member, for completion in editors', async () => {
    expect(silentMembers(JSON.parse(await readFile(FILE, 'utf8')), '')).toEqual([]);
  });

  it('knows pipelines within pipelines', () => {
    expect(JSON.stringify(pipelineJsonSchema())).toContain('"$ref":"#"');
  });
});
