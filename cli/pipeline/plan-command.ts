import { own } from '../../contract/own.js';
import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import type { PipelinePlan } from '../../contract/pipeline.js';
import { DEFAULT_PROFILE } from '../../contract/names.js';
import { misfitOf } from '../../pipeline/planner/arguments.js';
import { normalisePipeline } from '../../pipeline/definition/normalise-pipeline.js';
import type { WrittenPipeline } from '../../pipeline/definition/pipeline-schema.js';
import { collect } from '../run/option-flags.js';
import { print, printJson, say } from '../output.js';
import { readGivenParameters } from './given-parameters.js';
import { type Asked, askService, type NotAsked } from './plan/ask-service.js';
import { defaultsOf, type KnownValues } from './plan/items-of.js';
import { planText } from './plan/plan-text.js';
import { planView } from './plan/plan-view.js';
import { readRightPipeline } from './read-pipeline-file.js';

const EXAMPLES = `
Shows levels, options with all defaults, expected duration and critical path. Starts nothing. Unless --offline is set, names
are looked up in the service, and durations come from the newest completed runs of each job. A parameter without a value is shown as ?.

Examples:
  $ dataflow pipeline plan nightly-sales.yaml -p date=2026-11-21
  $ dataflow pipeline plan nightly-sales.yaml --offline --json | jq .levels
`;

interface Flags {
  readonly p?: readonly string[];
  readonly profile: string;
  readonly offline?: true;
  readonly json?: true;
}

/** `dataflow pipeline plan`: what a run would do. */
export function addPlanCommand(group: Command): void {
  group
    .command('plan')
    .argument('<file>', 'YAML or JSON; - is stdin')
    .option('-p <name=value>', 'value of a parameter; may be repeated', collect)
    .option('--profile <name>', 'profile of the steps that name none', DEFAULT_PROFILE)
    .option('--offline', 'do not ask the service')
    .option('--json', 'the plan as JSON')
    .addHelpText('after', EXAMPLES)
    .action(plan);
}

async function plan(file: string, { p = [], profile, offline, json }: Flags): Promise<void> {
  const spec = await readRightPipeline(file);
  const given = givenValues(p, spec);
  const asked: Asked | NotAsked =
    offline === true ? { notAsked: '--offline' } : await askService(spec, profile);
  const isAsked = 'resolve' in asked;
  if (!isAsked && offline !== true)
    say(`names and durations are unknown, because the service was not asked: ${asked.notAsked}`);
  const made = planOf(spec, isAsked ? asked.resolve : ({ name }) => ({ id: name }));
  const values = { ...defaultsOf(made), ...given };
  const view = planView(made, values, isAsked ? asked.history : () => undefined);
  if (json === true) printJson({ ...view, asked: isAsked });
  else print(planText(view, process.stdout.columns));
}

/**
 * A missing parameter is no problem here: the plan shows it.
 * @throws DataFlowInvalidInputError naming all problems of the given ones
 */
function givenValues(p: readonly string[], { parameters = {} }: WrittenPipeline): KnownValues {
  const given = readGivenParameters(p, parameters);
  if ('problems' in given) throw new DataFlowInvalidInputError('dataflow pipeline', given.problems);
  const problems = Object.entries(given.values).flatMap(([name, value]) => {
    const rule = own(parameters, name);
    if (rule === undefined) return [`-p ${name}: unknown parameter`];
    const misfit = misfitOf(value, rule);
    return misfit === undefined ? [] : [`-p ${name}: ${misfit}`];
  });
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow pipeline', problems);
  return given.values;
}

function planOf(spec: WrittenPipeline, resolve: Asked['resolve']): PipelinePlan {
  const made = normalisePipeline(spec, { resolve });
  if ('problems' in made) throw new DataFlowInvalidInputError('dataflow pipeline', made.problems);
  return made.plan;
}
