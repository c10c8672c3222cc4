import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatePipeline } from '../../../pipeline/index.js';

const orders = {
  pipeline: 'orders',
  parameters: { regions: { type: 'list', default: ['KR', 'JP'] }, day: { type: 'string' } },
  steps: {
    extract: { job: 'extract', parameters: { day: '${{ params.day }}' } },
    load: {
      ...{ needs: ['extract'], job: 'load', forEach: '${{ params.regions }}' },
      ...{ parameters: { region: '${{ item }}', from: '${{ steps.extract.executionId }}' } },
    },
    check: { needs: ['load'], activity: 'countRows', with: { day: '${{ params.day }}' } },
    publish: {
      ...{ needs: ['check'], job: 'publish', when: '${{ steps.check.output.rows > 0 }}' },
      numWorker: '${{ steps.load.total + 2 }}',
    },
    ok: { needs: ['publish'], approval: { message: 'send ${{ params.day }}?' } },
    send: { needs: ['ok'], pipeline: mails(), parameters: { day: '${{ params.day }}' } },
    alarm: { needs: ['send'], runIf: 'anyFailed', activity: 'page' },
  },
} as const;

function mails() {
  const steps = { mail: { job: 'mail', parameters: { day: '${{ params.day }}' } } } as const;
  return { pipeline: 'mails', parameters: { day: { type: 'string' } }, steps } as const;
}

const DAY = { parameters: { day: '2026-11-21' } };
const ROWS = { ...DAY, outputs: { check: { rows: 3 } } };

describe('simulatePipeline', () => {
  it('names every start in its order, with the input that it would have', () => {
    const { outcome, started } = simulatePipeline(orders, ROWS);
    expect(outcome).toBe('succeeded');
    const load = { step: 'load', kind: 'job', runs: 'load' };
    const from = 'simulated-1';
    expect(started).toEqual([
      {
        step: 'extract',
        kind: 'job',
        runs: 'extract',
        input: { parameters: { day: '2026-11-21' } },
      },
      {
        ...{ ...load, item: { value: 'KR', index: 0 } },
        input: { parameters: { region: 'KR', from } },
      },
      {
        ...{ ...load, item: { value: 'JP', index: 1 } },
        input: { parameters: { region: 'JP', from } },
      },
      { step: 'check', kind: 'activity', runs: 'countRows', input: { day: '2026-11-21' } },
      { step: 'publish', kind: 'job', runs: 'publish', input: { numWorker: 4 } },
      { step: 'ok', kind: 'approval', input: 'send 2026-11-21?' },
      { step: 'send', kind: 'pipeline', runs: 'mails', input: { day: '2026-11-21' } },
      {
        step: 'send/mail',
        kind: 'job',
        runs: 'mail',
        input: { parameters: { day: '2026-11-21' } },
      },
    ]);
  });

  it.each([
    [{ extract: 'failed' }, { load: 'skipped', alarm: 'succeeded' }, 'failed'],
    [{ 'load[1]': 'failed' }, { load: 'failed', check: 'skipped', alarm: 'succeeded' }, 'failed'],
    [{ ok: 'rejected' }, { publish: 'succeeded', ok: 'failed', send: 'skipped' }, 'failed'],
    [{ ok: 'failed' }, { ok: 'failed' }, 'failed'],
    [{ 'send/mail': 'failed' }, { send: 'failed', alarm: 'succeeded' }, 'failed'],
    [{ send: 'failed' }, { send: 'failed', alarm: 'succeeded' }, 'failed'],
    [{ check: 'canceled' }, { check: 'canceled', publish: 'skipped' }, 'failed'],
  ] as const)('takes the branch of %j', (outcomes, statuses, outcome) => {
    const { steps, outcome: found } = simulatePipeline(orders, { ...ROWS, outcomes });
    expect(found).toBe(outcome);
    for (const [id, status] of Object.entries(statuses))
      expect(steps[id], id).toMatchObject({ status });
  });

  it('fails a step whose expression has no value, and says which', () => {
    const { steps } = simulatePipeline(orders, DAY);
    expect(steps['publish']).toMatchObject({ status: 'failed' });
    expect(steps['publish']?.reason).toContain('steps.check.output.rows');
  });

  it('ends a run that would be held open', () => {
    const held = { pipeline: 'p', onFailure: 'hold', steps: { a: { job: 'x' } } } as const;
    expect(simulatePipeline(held, { outcomes: { a: 'failed' } }).outcome).toBe('failed');
  });

  it('plays finally after every end, which it is told', () => {
    const tell = { activity: 'tell', with: '${{ run.outcome }} ${{ run.failedSteps }}' } as const;
    const told = { activity: 'tell', with: '${{ [run.outcome] + run.failedSteps }}' } as const;
    const spec = { pipeline: 'p', steps: { a: { job: 'x' } }, finally: { told } } as const;
    const failed = simulatePipeline(spec, { outcomes: { a: 'failed' } });
    expect(failed).toMatchObject({ outcome: 'failed', steps: { told: { status: 'succeeded' } } });
    expect(failed.started.at(-1)).toMatchObject({ step: 'told', input: ['failed', 'a'] });
    const last = simulatePipeline(spec, { outcomes: { told: 'failed' } });
    expect(last).toMatchObject({ outcome: 'failed', steps: { a: { status: 'succeeded' } } });
    const within = { pipeline: 'q', steps: { child: { pipeline: spec } } } as const;
    const { started } = simulatePipeline(within, { outcomes: { 'child/told': 'failed' } });
    expect(started.map(({ step }) => step)).toEqual(['child', 'child/a', 'child/told']);
    expect(() => simulatePipeline({ ...spec, finally: { tell } })).toThrow('cannot be part of');
  });

  it('plays at most 20,000 starts, of nested pipelines too', () => {
    const many = Array.from({ length: 150 }, (_, nth) => nth);
    const inner = { pipeline: 'q', steps: { a: { job: 'x', forEach: many } } } as const;
    const steps = { child: { pipeline: inner, forEach: many } } as const;
    expect(() => simulatePipeline({ pipeline: 'p', steps })).toThrow('more than 20000 items');
  });

  it('shows a wait as its length, or as its end', () => {
    const until = '${{ timestamp("2026-11-21T03:00:00Z") + duration("1h") }}';
    const steps = { a: { wait: '90m' }, b: { wait: { until } } } as const;
    const { started } = simulatePipeline({ pipeline: 'p', steps });
    expect(started.map(({ input }) => input)).toEqual(['1h 30m', 'until 2026-11-21T04:00:00Z']);
  });

  it('sees the scheduled time', () => {
    const steps = { a: { job: 'x', parameters: { day: '${{ run.date }}' } } } as const;
    const scheduled = { at: '2026-11-21T03:00:00+09:00', date: '2026-11-21' };
    const { started } = simulatePipeline({ pipeline: 'p', steps }, { scheduled });
    expect(started[0]?.input).toEqual({ parameters: { day: '2026-11-21' } });
  });

  it('refuses all that is wrong together', () => {
    const outcomes = { lod: 'failed', 'ok[0]': 'gone' } as unknown as Record<string, 'failed'>;
    expect(() => simulatePipeline(orders, { outcomes, outputs: { toString: 1 } })).toThrow(
      [
        'pipeline orders cannot be used:',
        'day: must have a value of type string: it has no default',
        'outcomes: there is no step lod; did you mean load?',
        'outcomes: ok[0] must be one of succeeded, failed, canceled, approved, rejected',
        'outputs: there is no step toString; known are extract, load, check, publish, ok, send, send/mail, alarm',
      ].join('\n'),
    );
    expect(() => simulatePipeline({ pipeline: 'p', steps: {} })).toThrow('steps');
  });

  it('starts a step after all that it needs has ended, and each item once', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const outcome = fc.constantFrom('succeeded', 'failed', 'canceled');
    const rule = fc.constantFrom('allSucceeded', 'anyFailed', 'allDone', 'anySucceeded');
    const step = fc.record({ needs: fc.subarray(ids), runIf: rule, items: fc.nat(3), outcome });
    fc.assert(
      fc.property(fc.tuple(...ids.map(() => step)), (drafts) => {
        const steps = drafts.map(({ needs, runIf, items }, place) => {
          const before = needs.filter((need) => ids.indexOf(need) < place);
          const forEach = Array.from({ length: items + 1 }, (_, nth) => nth);
          const hasNeeds = before.length > 0 && { needs: before, runIf };
          return [ids[place]!, { job: 'x', forEach, ...hasNeeds }] as const;
        });
        const outcomes = Object.fromEntries(
          drafts.map(({ outcome: how }, place) => [ids[place]!, how]),
        );
        const spec = { pipeline: 'p', onFailure: 'continue', steps: Object.fromEntries(steps) };
        const { started, steps: ended } = simulatePipeline(spec, { outcomes });
        const names = started.map(({ step: id, item }) => `${id} ${item?.index}`);
        expect(new Set(names).size).toBe(names.length);
        for (const [place, { step: id }] of started.entries()) {
          const needs = (spec.steps[id] as { readonly needs?: readonly string[] }).needs ?? [];
          const later = started.slice(place).map((one) => one.step);
          expect(needs.some((need) => later.includes(need))).toBe(false);
        }
        for (const { status } of Object.values(ended))
          expect(['succeeded', 'failed', 'canceled', 'skipped']).toContain(status);
      }),
    );
  });
});
