import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../../cli/api/read-input.js';
import { DataFlowInvalidInputError } from '../../../client/errors.js';

const aFile = async (content: string): Promise<string> => {
  const file = join(await mkdtemp(join(tmpdir(), 'dataflow-body-')), 'body.json');
  await writeFile(file, content);
  return file;
};

const problemsOf = async (reading: Promise<unknown>): Promise<readonly string[]> => {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  if (!(error instanceof DataFlowInvalidInputError)) throw new Error('it was taken');
  return error.problems;
};

describe('readInput', () => {
  it('makes numbers of texts, and JSON of texts and files', async () => {
    const file = await aFile('{"numWorker": 4}');
    expect(await readInput('getJobs', { limit: '5' })).toEqual({ limit: 5 });
    expect(await readInput('executeJob', { jobId: 'a', jobCondition: `@${file}` })).toEqual({
      jobId: 'a',
      jobCondition: { numWorker: 4 },
    });
  });

  it('joins the members of the body with the flags', async () => {
    const body = await aFile('{"name": "sales", "type": "SCRIPT"}');
    expect(await readInput('updateJob', { jobId: 'a' }, body)).toEqual({
      jobId: 'a',
      name: 'sales',
      type: 'SCRIPT',
    });
  });

  it('names all problems at once', async () => {
    const body = await aFile('{"name": "x", "colour": "red"}');
    const problems = await problemsOf(
      readInput('updateJob', { jobId: '../x', type: 'BOTH', jobCondition: '{oops' }, body),
    );
    expect(problems).toEqual([
      '--jobCondition is not JSON; put quotes around it in the shell, or use @file',
      expect.stringMatching(/^--body: unknown property colour; known are type, name/),
      expect.stringMatching(/^jobId: must be an id as the service shows it: 1 to 100/),
      'type: must be VISUAL or SCRIPT',
      expect.stringMatching(/^name: must be 3 to 100/),
    ]);
  });

  it.each([
    ['no JSON', 'hello', /is not JSON/],
    ['no object', '[1]', /must hold a JSON object/],
  ])('refuses a body that is %s, and asks for nothing else of it', async (_, content, expected) => {
    const body = await aFile(content);
    const problems = await problemsOf(readInput('createJob', {}, body));
    expect(problems).toEqual([expect.stringMatching(expected)]);
  });

  it('refuses a file that is not there, and a member that is given twice', async () => {
    expect(await problemsOf(readInput('createJob', {}, '/nowhere/x'))).toEqual([
      '--body: /nowhere/x cannot be read (no such file)',
    ]);
    const body = await aFile('{"name": "sales", "type": "SCRIPT"}');
    expect(await problemsOf(readInput('createJob', { name: 'other' }, body))).toEqual([
      'name: given by --name and by the body; one of them must be left out',
    ]);
  });

  it('does not quote what it cannot read', async () => {
    const problems = await problemsOf(
      readInput('executeJob', { jobId: 'a', jobCondition: 'my-secret-value' }),
    );
    expect(problems.join()).not.toContain('my-secret-value');
  });
});
