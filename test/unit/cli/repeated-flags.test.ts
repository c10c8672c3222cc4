import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGivenParameters } from '../../../cli/pipeline/given-parameters.js';
import { readRunRequest } from '../../../cli/run/run-request.js';
import { argumentValues } from '../../../pipeline/planner/arguments.js';

describe('flags (P13, P7)', () => {
  it('--parameter of one name is refused the second time', async () => {
    await expect(readRunRequest('a', { parameter: ['p=1', 'p=2', 'q=1'] })).rejects.toMatchObject({
      problems: ['--parameter p: given twice'],
    });
  });

  it('--job-condition @file may begin with a byte order mark', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dataflow-'));
    try {
      const file = join(folder, 'condition.json');
      await writeFile(file, '\uFEFF{"numWorker": 4}');
      const request = await readRunRequest('a', { jobCondition: `@${file}` });
      expect(request.jobCondition).toEqual({ numWorker: 4 });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    ['id=9007199254740993', 'id'],
    ['ids=[1, [9007199254740993]]', 'ids'],
    ['id=1e400', 'id'],
  ])('-p %s is refused: JSON would not keep it', (given, name) => {
    const declared = {
      id: { type: 'number', default: 1 },
      ids: { type: 'list', default: [] },
    } as const;
    const read = readGivenParameters([given], declared);
    const checked = 'values' in read ? argumentValues(read.values, declared) : read;
    expect(checked).toEqual({
      problems: [
        expect.stringMatching(new RegExp(`^${name}: .* cannot be kept exactly`)) as unknown,
      ],
    });
  });

  it('a parameter that every object has is not taken for given (P6)', () => {
    const declared = {
      toString: { type: 'string', default: 'a' },
      valueOf: { type: 'string' },
    } as const;
    expect(argumentValues({}, declared)).toEqual({
      problems: ['valueOf: must have a value of type string: it has no default'],
    });
    expect(argumentValues({ valueOf: 'v' }, declared)).toEqual({
      values: { toString: 'a', valueOf: 'v' },
    });
  });
});
