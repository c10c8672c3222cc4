import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DataFlowPlugin } from '../../../index.js';
import { readWorkerConfig } from '../../../worker/config.js';
import {
  unknownVariables,
  VARIABLE_TABLES,
  VARIABLES,
  variablesHelp,
} from '../../../worker/variables.js';
import { ROOT } from '../../fence/breached-tree.js';

const KEYS = { NCLOUD_ACCESS_KEY_ID: 'AKEY0123456789', NCLOUD_SECRET_ACCESS_KEY: 'SKEY0123456789' };

describe('a variable that begins with DATAFLOW_ and is none of ours (L9)', () => {
  it.each([
    ['DATAFLOW_UR', 'did you mean DATAFLOW_URL?'],
    ['DATAFLOW_CALL_PER_SECOND', 'did you mean DATAFLOW_CALLS_PER_SECOND?'],
    ['DATAFLOW_TASKQUEUE', 'did you mean DATAFLOW_TASK_QUEUE?'],
    ['DATAFLOW_PROFILE_FILE', 'did you mean DATAFLOW_PROFILES_FILE?'],
    ['dataflow_url', 'did you mean DATAFLOW_URL?'],
    ['DATAFLOW_ACCESS_KEY_ID', 'NCLOUD_ACCESS_KEY_ID and its partner'],
    ['DATAFLOW_SOMETHING_ELSE', 'unset it; known are DATAFLOW_TASK_QUEUE, '],
  ])('%s is refused with the name that was meant', (name, words) => {
    const env = { ...KEYS, [name]: 'VALUE-0123' };
    expect(unknownVariables(env)).toEqual([expect.stringContaining(words)]);
    expect(unknownVariables(env)[0]).not.toContain('0123');
    expect(() => readWorkerConfig(env)).toThrow(words);
    const plugin = new DataFlowPlugin({ env, profiles: { default: {} } });
    expect(() => plugin.configureWorker({ taskQueue: 'q' })).toThrow(words);
  });

  it.each([
    'DATAFLOW_PROFILE_PAYROLL_ACCESS_KEY_ID',
    'DATAFLOW_PROFILE_PAYROLL_URL',
    'DATAFLOW_PROFILE_DEFAULT_URL',
    'DATAFLOW_PROFILE_URL',
    'dataflow_profile_payroll_url',
  ])('%s is refused: other profiles than default are described in the file', (name) => {
    const env = { ...KEYS, [name]: 'VALUE-0123' };
    const [problem, ...more] = unknownVariables(env);
    expect(more).toEqual([]);
    expect(problem).toContain(`unknown variable ${name}; `);
    expect(problem).toContain('in the file that DATAFLOW_PROFILES_FILE names');
    expect(problem).not.toContain('0123');
    expect(() => readWorkerConfig(env)).toThrow(problem);
    const plugin = new DataFlowPlugin({ env, profiles: { payroll: {} } });
    expect(() => plugin.configureWorker({ taskQueue: 'q' })).toThrow(problem);
  });

  it.each([
    ['DATAFLOW_SERVICE_HOST', '10.0.0.7'],
    ['DATAFLOW_SERVICE_PORT', '8080'],
    ['DATAFLOW_WORKER_SERVICE_PORT_HTTP', '8080'],
    ['DATAFLOW_PORT', 'tcp://10.0.0.7:8080'],
    ['DATAFLOW_PROFILE_UI_PORT_8080_TCP_ADDR', '10.0.0.7'],
  ])('%s is left alone: Kubernetes sets it for a Service of that name', (name, value) => {
    expect(unknownVariables({ [name]: value })).toEqual([]);
  });

  it('counts as unset while it is empty', () => {
    expect(unknownVariables({ DATAFLOW_UR: '' })).toEqual([]);
  });
});

describe('the table of variables', () => {
  it('has every name that a page or a help text shows, and each of its names is on a page', async () => {
    const pages = ['README.md', ...(await readdir(join(ROOT, 'docs'))).map((one) => `docs/${one}`)];
    const texts = await Promise.all(
      pages
        .filter((page) => page.endsWith('.md'))
        .map((page) => readFile(join(ROOT, page), 'utf8')),
    );
    const shown = new Set(texts.join('\n').match(/\bDATAFLOW_[A-Z]+(_[A-Z]+)*\b/g));
    const unknown = unknownVariables(Object.fromEntries([...shown].map((name) => [name, 'set'])));
    expect(unknown).toEqual([]);
    expect(Object.keys(VARIABLES).filter((name) => !shown.has(name))).toEqual([]);
  });

  it('stands on the page of the command line as help shows it', async () => {
    const page = await readFile(join(ROOT, 'docs/cli.md'), 'utf8');
    expect(page).toContain(variablesHelp(...VARIABLE_TABLES));
  });
});
