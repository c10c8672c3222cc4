import { durationMs } from '../../contract/durations.js';
import type { ParameterType } from '../../contract/pipeline.js';
import { MIN_CATCHUP_MS } from '../../contract/schedule.js';
import { readCron } from '../schedule/cron.js';
import { nextTime, timeRuleOf, zoneOf } from '../schedule/scheduled-times.js';
import { isZone } from '../schedule/zone.js';
import { argumentProblems } from './check-parameters.js';
import { createTemplateChecker } from './check-templates.js';
import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';
import type { WrittenSchedule } from './schedule-schema.js';
import type { Sliced } from './sliced.js';

const AT = ['schedule'] as const;

/** What is wrong with the schedule of a pipeline whose members have the right shape. */
export function* scheduleProblems(
  { schedule, parameters: declared = {} }: WrittenPipeline,
  expected: Readonly<Record<ParameterType, 'text' | 'number' | 'boolean' | 'list'>>,
): Sliced<readonly SpecProblem[]> {
  if (schedule === undefined) return [];
  const problems = [...timeProblems(schedule)];
  const { parameters = {} } = schedule;
  problems.push(...argumentProblems(parameters, declared, AT));
  const check = createTemplateChecker({ parameters: {}, steps: [], upstream: [] }, false);
  for (const [name, value] of Object.entries(parameters)) {
    const type = Object.hasOwn(declared, name) ? declared[name]?.type : undefined;
    if (type === undefined) continue; // told as unknown
    const path = [...AT, 'parameters', name];
    problems.push(...(yield* check({ path, value, expected: expected[type] })));
  }
  return problems;
}

function timeProblems(schedule: WrittenSchedule): readonly SpecProblem[] {
  const { cron, every, catchupWindow } = schedule;
  const problems: SpecProblem[] = [];
  const tell = (message: string, ...path: SpecPath): void => {
    problems.push({ path: [...AT, ...path], message });
  };
  const isOne = (cron === undefined) !== (every === undefined);
  if (!isOne) tell('must have one of cron and every');
  if (every !== undefined && (durationMs(every) ?? 0) % 1_000 !== 0)
    tell('must be whole seconds', 'every');
  if (catchupWindow !== undefined && (durationMs(catchupWindow) ?? 0) < MIN_CATCHUP_MS)
    tell('must be at least 10s', 'catchupWindow');
  const zone = zoneOf(schedule);
  if (!isZone(zone)) tell(`there is no time zone ${zone}; e.g. Asia/Seoul, UTC`, 'timezone');
  if (cron === undefined) return problems;
  const read = readCron(cron);
  if ('problem' in read)
    problems.push({ path: [...AT, 'cron'], message: read.problem, at: read.at });
  else if (isOne && isZone(zone) && nextTime(timeRuleOf(schedule), Date.now()) === undefined)
    tell('never comes: there is no such day', 'cron');
  return problems;
}
