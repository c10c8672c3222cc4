import { describe, expect, it } from 'vitest';
import { exitOfFindings, findingsText, ok, problem, warning } from '../../../cli/doctor/finding.js';
import { findGeneration } from '../../../cli/doctor/generation.js';
import { findProxy } from '../../../cli/doctor/proxy.js';
import { findBacklog, findPollers } from '../../../cli/doctor/temporal.js';
import type { JobSummary } from '../../../contract/job.js';

const aJob = (more: Partial<JobSummary>): JobSummary => ({
  jobId: 'a',
  name: 'n',
  type: 'VISUAL',
  status: 'READY',
  ...more,
});

describe('findGeneration', () => {
  it('tells the documentation since 2026-09 by types, status and maxConcurrentRuns', () => {
    const job = { ...aJob({}), maxConcurrentRuns: 1 };
    const { level, text } = findGeneration({ jobs: [aJob({ type: 'SCRIPT' })], job });
    expect(level).toBe('ok');
    expect(text).toBe('since 2026-09 (jobs of type SCRIPT, job status READY, maxConcurrentRuns)');
  });

  it('warns that an older one may know no cancel', () => {
    const { level, remedy } = findGeneration({
      jobs: [aJob({ type: 'DATAFLOW', status: 'RUNNABLE' })],
    });
    expect(level).toBe('warning');
    expect(remedy).toContain('cancelJobExecution');
  });

  it('says that it shows both, or that it cannot be told', () => {
    expect(findGeneration({ jobs: [aJob({ status: 'RUNNABLE' })] }).text).toContain(
      'both editions',
    );
    expect(findGeneration({ jobs: [] }).text).toContain('not told');
  });
});

describe('findProxy', () => {
  it('shows host and exceptions, but neither user nor password', () => {
    const env = { HTTPS_PROXY: 'http://me:pass-word@proxy.corp:3128', NO_PROXY: 'corp' };
    expect(findProxy(env).text).toBe('http://proxy.corp:3128 from HTTPS_PROXY; not for corp');
  });

  it('refuses what is no URL without quoting it', () => {
    const finding = findProxy({ https_proxy: 'me:pass word' });
    expect(finding).toMatchObject({ level: 'problem', exit: 'invalid' });
    expect(finding.text).not.toContain('pass');
  });
});

describe('findPollers', () => {
  it('is a problem where nobody works for activities: a run would stand still', () => {
    const finding = findPollers('q', { workflows: ['a'], activities: [], backlog: 0 });
    expect(finding).toMatchObject({
      level: 'problem',
      text: 'q: workers 1 for workflows, 0 for activities',
    });
  });

  it('warns where nobody works for workflows: right for a queue of activities alone, wrong for one of runs', () => {
    const finding = findPollers('waits', { workflows: [], activities: ['a'], backlog: 0 });
    expect(finding).toMatchObject({
      level: 'warning',
      text: 'waits: workers 0 for workflows, 1 for activities',
    });
  });

  it('is a problem where nobody works at all', () => {
    const finding = findPollers('q', { workflows: [], activities: [], backlog: 0 });
    expect(finding).toMatchObject({ level: 'problem', text: 'no worker polls q' });
  });
});

describe('findBacklog', () => {
  it('warns when activities wait for a free worker', () => {
    const pollers = { workflows: ['a'], activities: ['a'] };
    const [finding] = findBacklog({ ...pollers, backlog: 7 });
    expect(finding).toMatchObject({ level: 'warning' });
    expect(finding?.text).toMatch(/^7 activities wait/);
    expect(findBacklog({ ...pollers, backlog: 0 })).toEqual([]);
  });
});

describe('exitOfFindings', () => {
  it('is the first problem’s; warnings are no problem', () => {
    const findings = [ok('a', ''), warning('b', '', ''), problem('c', 'unauthorised', '', '')];
    expect(exitOfFindings([...findings, problem('d', 'invalid', '', '')])).toBe('unauthorised');
    expect(exitOfFindings(findings.slice(0, 2))).toBe('ok');
  });
});

describe('findingsText', () => {
  it('puts the remedy below its finding', () => {
    expect(findingsText([ok('proxy', 'none'), warning('clock', 'late', 'set it')])).toBe(
      'ok       proxy  none\nwarning  clock  late\n                → set it',
    );
  });
});
