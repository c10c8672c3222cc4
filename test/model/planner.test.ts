import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { PipelinePlan } from '../../contract/pipeline.js';
import { inSoak } from '../support/in-soak.js';
import { aPlannerCase, playCase, PlannerPair, type Told } from './planner-cases.js';

/** PLAN_SEED draws other cases. */
const RUNS = Number(process.env['PLAN_RUNS'] ?? inSoak(1_000, 20_000));
const SEED = Number(process.env['PLAN_SEED'] ?? 20_261_128);
/** File that a failure of the test below has printed. */
const FILE = process.env['PLANNER_CASE'];

const AN_HOUR = 3_600_000;

it(
  'the planner does what the manual says: random pipelines, messages, hand-overs and reruns',
  { timeout: AN_HOUR },
  () => {
    const seen: Record<string, number> = {};
    const property = fc.property(aPlannerCase, (drawn) => {
      const { difference, file, told, reference } = playCase(drawn);
      for (const { kind } of told) seen[kind] = (seen[kind] ?? 0) + 1;
      const outcome = reference.run.outcome ?? 'none';
      seen[outcome] = (seen[outcome] ?? 0) + 1;
      if (difference !== undefined) throw new Error(`${difference}\n${file}`);
    });
    fc.assert(property, { numRuns: RUNS, seed: SEED });
    process.stdout.write(`planner and reference: seed ${SEED}, ${JSON.stringify(seen)}\n`);
    const outcomes = ['succeeded', 'failed', 'canceled', 'timed-out'];
    for (const word of [...outcomes, 'handOver', 'rerun', 'retryStep', 'skipStep', 'approve'])
      expect(seen[word] ?? 0, word).toBeGreaterThan(RUNS / 100);
  },
);

it.runIf(FILE !== undefined)('the case of PLANNER_CASE', () => {
  const { plan, told } = parse(readFileSync(FILE ?? '', 'utf8')) as {
    readonly plan: PipelinePlan;
    readonly told: readonly Told[];
  };
  const pair = new PlannerPair(plan);
  for (const event of told.slice(1)) pair.tell(event);
  expect(pair.difference).toBeUndefined();
});
