import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  createDataFlowClient,
  DataFlowInvalidInputError,
  type DataFlowClientOptions,
} from '../../../client/index.js';
import { readOptions } from '../../../client/settings.js';

const credentials = { accessKey: 'ACCESS-KEY-1', secretKey: 'SECRET-KEY-1' };

function problemsOf(options: Partial<DataFlowClientOptions>): readonly string[] {
  try {
    readOptions({ credentials, ...options });
  } catch (error) {
    if (error instanceof DataFlowInvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

describe('readOptions', () => {
  it('has defaults for all but the credentials', () => {
    expect(readOptions({ credentials })).toMatchObject({
      origin: 'https://dataflow.apigw.ntruss.com',
      callTimeoutMs: 30_000,
      connectTimeoutMs: 5_000,
      maxAnswerBytes: 8_388_608,
    });
  });

  it.each(['', '/', '/api/v1', '/api/v1/'])('takes a base URL that ends in %j', (end) => {
    const { origin } = readOptions({ credentials, baseUrl: `https://dataflow.example.com${end}` });
    expect(origin).toBe('https://dataflow.example.com');
  });

  it.each(['http://127.0.0.1:80', 'http://127.1.2.3', 'http://localhost:1', 'http://[::1]:1'])(
    'allows plain HTTP to this machine: %s',
    (baseUrl) => {
      expect(problemsOf({ baseUrl })).toEqual([]);
    },
  );

  it('allows plain HTTP elsewhere only when told so', () => {
    const baseUrl = 'http://simulator:8080';
    expect(problemsOf({ baseUrl })).toEqual([expect.stringContaining('allowPlainHttp')]);
    expect(problemsOf({ baseUrl, allowPlainHttp: true })).toEqual([]);
  });

  it.each([
    'dataflow.apigw.ntruss.com',
    'ftp://dataflow.apigw.ntruss.com',
    'https://u:p@dataflow.apigw.ntruss.com',
    'https://dataflow.apigw.ntruss.com/api/v2',
    'https://dataflow.apigw.ntruss.com/?a=b',
    'https://dataflow.apigw.ntruss.com/#x',
    'http://127.0.0.1.evil.example',
  ])('refuses the base URL %s', (baseUrl) => {
    expect(problemsOf({ baseUrl })).toEqual([expect.stringMatching(/^baseUrl: must /)]);
  });

  it('names all problems together, and no value of a key', () => {
    const secretKey = 'SECRET KEY\n';
    const problems = problemsOf({
      baseUrl: '',
      credentials: { accessKey: '', secretKey },
      callTimeoutMs: NaN,
      connectTimeoutMs: 0,
      maxAnswerBytes: 1.5,
    });
    expect(problems.map((problem) => problem.split(':', 1)[0])).toEqual([
      'baseUrl',
      'credentials',
      'callTimeoutMs',
      'connectTimeoutMs',
      'maxAnswerBytes',
    ]);
    expect(problems.join()).not.toContain('SECRET');
  });
});

describe('an option that does not exist', () => {
  it('is refused, with the one that was meant', () => {
    expect(problemsOf({ baseURL: 'https://x' } as never)).toEqual([
      'baseURL: unknown property; did you mean baseUrl?',
    ]);
    expect(problemsOf({ retries: 3 } as never)).toEqual([
      expect.stringMatching(/^retries: unknown property; known are baseUrl, credentials, /),
    ]);
  });

  it('is not shown where it looks like a key in the wrong place', () => {
    const problems = problemsOf({ AKEY0123456789ABCDEF: 1 } as never);
    expect(problems).toEqual([expect.stringMatching(/^\(name not shown\): unknown property/)]);
  });
});

describe('createDataFlowClient', () => {
  it('shows no key, however closely one looks', async () => {
    const client = createDataFlowClient({ credentials });
    const shown = inspect(client, { depth: null, showHidden: true }) + JSON.stringify(client);
    await client.close();
    expect(shown).not.toMatch(/ACCESS-KEY|SECRET-KEY/);
  });
});
