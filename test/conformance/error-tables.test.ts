import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  BY_ERROR_TYPE,
  BY_GATEWAY_CODE,
  classify,
  FAILURES,
  type FailureType,
} from '../../contract/failures.js';

const DOCS = new URL('../../docs/dataflow-api/', import.meta.url);

interface ErrorTables {
  readonly components: {
    readonly schemas: {
      readonly ErrorType: { readonly 'x-http-status': Readonly<Record<string, number>> };
      readonly GatewayError: {
        readonly properties: {
          readonly error: {
            readonly properties: {
              readonly errorCode: {
                readonly 'x-known-codes': Readonly<Record<string, { readonly http: number }>>;
              };
            };
          };
        };
      };
    };
  };
}

const { schemas } = (parse(readFileSync(new URL('openapi.yaml', DOCS), 'utf8')) as ErrorTables)
  .components;
const ERROR_TYPES = schemas.ErrorType['x-http-status'];
const GATEWAY_CODES = schemas.GatewayError.properties.error.properties.errorCode['x-known-codes'];

/** Rows of the retry table of NOTES §5.9: what is in the first and in the last column. */
const RETRY_TABLE = readFileSync(new URL('NOTES.md', DOCS), 'utf8')
  .split(/^9\. \*\*Retry table\*\*/m)[1]!
  .split('\n')
  .filter((line) => /^\| [a-z0-9]/.test(line) && !line.startsWith('| signal'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, signals = '', status = '', , verdict = '']) => ({ signals, status, verdict }));

/** What each row means to us, and whether an idempotent call is repeated. */
const MEANING: Readonly<Record<string, readonly [FailureType, 'no' | 'few' | 'yes']>> = {
  'bad-parameter': ['DataFlowBadParameter', 'no'],
  'bad-state': ['DataFlowBadState', 'no'],
  'client-request-failed': ['DataFlowLinkedRequestFailed', 'few'],
  'client-resource-not-found': ['DataFlowLinkedResourceNotFound', 'no'],
  'client-unauthorized': ['DataFlowLinkedUnauthorized', 'no'],
  'resource-not-found': ['DataFlowNotFound', 'no'],
  'unknown-resource-action': ['DataFlowUnavailable', 'yes'],
  '100': ['DataFlowBadParameter', 'no'],
  '200': ['DataFlowUnauthenticated', 'no'],
  '210': ['DataFlowForbidden', 'no'],
  '230': ['DataFlowForbidden', 'no'],
  '300': ['DataFlowPathUnknown', 'no'],
  '400': ['DataFlowThrottled', 'yes'],
  '410': ['DataFlowThrottled', 'yes'],
  '420': ['DataFlowThrottled', 'yes'],
  '430': ['DataFlowBadParameter', 'no'],
  '500': ['DataFlowUnavailable', 'yes'],
  '510': ['DataFlowUnavailable', 'yes'],
  '900': ['DataFlowUnavailable', 'yes'],
};

const keys = (table: object): string[] => Object.keys(table).sort();

describe('the failure table', () => {
  it('knows exactly the codes that the reference knows', () => {
    expect(keys(BY_ERROR_TYPE)).toEqual(keys(ERROR_TYPES));
    expect(keys(BY_GATEWAY_CODE)).toEqual(keys(GATEWAY_CODES));
    expect(keys({ ...BY_ERROR_TYPE, ...BY_GATEWAY_CODE })).toEqual(keys(MEANING));
  });

  it.each(Object.entries(ERROR_TYPES))('reads %s, a %i, as what it means', (errorType, status) => {
    const [failure, retry] = MEANING[errorType]!;
    expect(classify({ status, errorType })).toBe(failure);
    expect(classify({ status, errorType: `${errorType}/JOB` })).toBe(failure);
    expect(FAILURES[failure].retry).toBe(retry);
  });

  it.each(Object.entries(GATEWAY_CODES))('reads gateway code %s as what it means', (code, row) => {
    const [failure, retry] = MEANING[code]!;
    expect(classify({ status: row.http, errorCode: code })).toBe(failure);
    expect(FAILURES[failure].retry).toBe(retry);
  });

  it('has every row of the retry table of the notes, with its status', () => {
    const rows = RETRY_TABLE.flatMap(({ signals, status }) =>
      signals.split(', ').map((signal) => [signal.split('/')[0]!, status] as const),
    );
    expect(rows.map(([signal]) => signal).sort()).toEqual(keys(MEANING));
    for (const [signal, status] of rows) {
      const documented = ERROR_TYPES[signal] ?? GATEWAY_CODES[signal]?.http;
      expect(status.split(', ').map(Number)).toContain(documented);
    }
  });

  it.each(RETRY_TABLE)('repeats $signals as the notes say: $verdict', ({ signals, verdict }) => {
    const repeats = /^(yes|GET yes)/.test(verdict);
    for (const signal of signals.split(', ')) {
      expect(MEANING[signal.split('/')[0]!]![1] !== 'no').toBe(repeats);
    }
  });

  it.each(Object.entries(FAILURES))('tells what to do about a %s', (_, { remedy }) => {
    expect(remedy).toMatch(/^[A-Z].{20,}[.!]$/);
  });
});
