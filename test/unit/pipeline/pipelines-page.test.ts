import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { pipelineJsonSchema, readPipelineYaml } from '../../../pipeline/index.js';

/** Names of all members that a schema has, at any depth. */
function membersOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: object };
  return [
    ...Object.keys(properties),
    ...Object.values(schema).flatMap((inner: unknown) => membersOf(inner)),
  ];
}

const read = (page: string): Promise<string> =>
  readFile(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');

describe('docs/pipelines.md, with the pages that it refers to', () => {
  it('names every member that a pipeline may have', async () => {
    const page = (await Promise.all(['pipelines.md', 'options.md', 'schedules.md'].map(read))).join(
      '',
    );
    const schema: unknown = pipelineJsonSchema();
    const members = new Set(membersOf(schema));
    expect(members.size).toBeGreaterThan(40);
    const known = ['$schema', 'properties', 'type'];
    const missing = [...members].filter(
      (name) => !known.includes(name) && !new RegExp(`\\b${name}\\b`).test(page),
    );
    expect(missing).toEqual([]);
  });

  it('each pipeline that it shows is read without a problem', async () => {
    const pages = await Promise.all(['pipelines.md', 'repair.md'].map(read));
    const blocks = [...pages.join('').matchAll(/```yaml\n(pipeline:.*?)```/gs)];
    expect(blocks.length).toBeGreaterThan(2);
    for (const [, text = ''] of blocks)
      expect(readPipelineYaml(text, 'page.yaml')).toHaveProperty('spec');
  });

  it('the file that docs/schedules.md begins with can be applied', async () => {
    const [, file = ''] = /```yaml\n(.*?)```/s.exec(await read('schedules.md')) ?? [];
    expect(readPipelineYaml(file, 'refresh.yaml')).toMatchObject({
      spec: { schedule: { timezone: 'Asia/Seoul' } },
    });
  });
});
