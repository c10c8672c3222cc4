import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './copied-tree.js';

/** Code whose expressions are broken, and the tests that must notice. */
export interface Group {
  readonly name: string;
  readonly files: readonly string[];
  /**
   * Paths of tests by stage: a later stage tries only what the earlier ones did not notice. The fast ones come first.
   */
  readonly stages: readonly (readonly string[])[];
  /** Its tests need a Temporal server, and take a minute for a break. */
  readonly onServer?: boolean;
}

const listed = (folder: string, names: string, ending = '.ts'): string[] =>
  names.split(' ').map((name) => `${folder}/${name}${ending}`);
const all = (folder: string, except = ''): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.ts') && !except.split(' ').includes(name.slice(0, -3)))
    .map((name) => `${folder}/${name}`);
const unit = (folder: string, names: string): string[] =>
  listed(`test/unit/${folder}`, names, '.test.ts');

/** Files that read a job's list of executions: how a submission is found. */
const READINGS = 'newest-executions newest-pages list-order';
const EXPLORER = ['test/model/explorer'];

export const GROUPS: readonly Group[] = [
  {
    name: 'submission',
    files: all('workflows/job-run', 'port run dispatch progress'),
    stages: [
      unit(
        'workflows',
        'answers backoff bad-state condition durations-travel ending joined several-runs submission submit-state watching',
      ),
      listed('test/model', 'counterexamples found-by-model', '.test.ts'),
      EXPLORER,
    ],
  },
  {
    name: 'planner',
    files: all('pipeline/planner', 'events'),
    stages: [
      all('test/unit/pipeline/planner').filter(
        (path) => path.endsWith('.test.ts') && !path.endsWith('/properties.test.ts'),
      ),
      ['test/unit/pipeline/planner/properties.test.ts', 'test/model/planner.test.ts'],
    ],
  },
  {
    name: 'posting',
    files: [
      ...listed('activities', 'submit-under-permit delivery execute-job failure retry-delay'),
      ...listed('client/http', 'attempt call call-errors service-clock answer-facts send'),
      ...['client/errors.ts', 'contract/failures.ts', 'contract/timings.ts'],
    ],
    stages: [
      [
        ...unit('activities', 'execute-job post-once answer-table repetition retry-delay'),
        ...unit('client', 'call-failure clock interim-answers'),
        ...unit('contract', 'failures timings'),
      ],
      ['test/client'],
    ],
  },
  {
    name: 'matching',
    files: [
      ...listed('activities', 'match find-matches reconcile-submission round-trip-fields baseline'),
      ...listed('activities', 'prepare-submission'),
      ...listed('polling', READINGS),
    ],
    stages: [
      [
        ...unit('activities', 'match baseline reconcile-submission prepare-submission'),
        ...unit('polling', 'newest-executions list-order'),
      ],
      EXPLORER,
    ],
  },
  {
    name: 'polling',
    files: all('polling', READINGS),
    stages: [
      all('test/unit/polling').filter(
        (path) => path.endsWith('.test.ts') && !path.includes('/status-hub-'),
      ),
      unit('polling', 'status-hub-crowd status-hub-missing status-hub-context'),
    ],
  },
  {
    name: 'watching',
    files: listed(
      'activities',
      'await-execution await-capacity stop-execution activity-context wait-report call-operation async-wait worker-waits',
    ),
    stages: [
      unit('activities', 'cadence wait-report repetition call-operation'),
      unit('activities', 'async-wait stop-and-await'),
    ],
  },
  {
    name: 'remote',
    files: [
      ...all('workflows/remote-run', 'port'),
      ...listed('activities', 'follow-remote-workflow triggered-reader watch-lists refuse-overlap'),
    ],
    stages: [
      [
        ...unit('workflows', 'remote-run remote-faults'),
        ...unit('activities', 'follow-remote baseline'),
      ],
    ],
  },
  {
    name: 'definition',
    files: [...all('pipeline/definition'), ...all('pipeline/expressions'), 'pipeline/packed.ts'],
    stages: [all('test/unit/pipeline').filter((path) => path.endsWith('.test.ts'))],
  },
  {
    name: 'items',
    files: all('workflows/pipeline-run'),
    stages: [
      listed(
        'test/workflows',
        'pipeline-steps pipeline-messages pipeline-continues pipeline-left pipeline-limit pipeline-pace pipeline-budget',
        '.test.ts',
      ),
    ],
    onServer: true,
  },
];
