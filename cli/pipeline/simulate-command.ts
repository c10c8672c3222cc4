import type { Command } from 'commander';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import { INSTANT_RULE, instantMs } from '../../contract/schedule.js';
import { InvalidPipelineError } from '../../pipeline/definition/define-pipeline.js';
import type { WrittenPipeline } from '../../pipeline/definition/pipeline-schema.js';
import { scheduledValuesOf } from '../../pipeline/definition/scheduled-run.js';
import { itemName } from '../../pipeline/planner/item-name.js';
import {
  SIMULATED_OUTCOMES,
  type SimulatedOutcome,
  type SimulatedStart,
  simulatePipeline,
  type Simulation,
  type SimulationOptions,
} from '../../pipeline/simulate-pipeline.js';
import { collect } from '../run/option-flags.js';
import { print, printJson } from '../output.js';
import { stepTable } from '../view/step-table.js';
import { toTable } from '../view/table.js';
import { readGivenParameters } from './given-parameters.js';
import { readRightPipeline } from './read-pipeline-file.js';

const EXAMPLES = `
Shows which steps would run, in which order and with which input. All items succeed and approvals are approved, unless
--outcome says otherwise: ${SIMULATED_OUTCOMES.join(', ')}. One item of a forEach step is <step>[<index>], a step
of a nested pipeline <step>/<step>. Times and retries of jobs are not simulated. Starts nothing, and calls nothing.

Examples:
  $ dataflow pipeline simulate nightly-sales.yaml -p date=2026-11-21 --outcome clean=failed
  $ dataflow pipeline simulate nightly-sales.yaml -p date=2026-11-21 --outcome 'clean[1]=failed' --json
  $ dataflow pipeline simulate checked.yaml --output 'check={"rows": 0}'
`;

interface Flags {
  readonly p?: readonly string[];
  readonly outcome?: readonly string[];
  readonly output?: readonly string[];
  readonly key?: string;
  readonly scheduledAt?: string;
  readonly json?: true;
}

/** `dataflow pipeline simulate`: how a run would go, decided by the planner of real runs. */
export function addSimulateCommand(group: Command): void {
  group
    .command('simulate')
    .argument('<file>', 'YAML or JSON; - is stdin')
    .option('-p <name=value>', 'value of a parameter; may be repeated', collect)
    .option('--outcome <step=outcome>', 'how a step or an item ends; may be repeated', collect)
    .option('--output <step=json>', 'output of a step or an item; may be repeated', collect)
    .option('--key <key>', 'run.key of expressions')
    .option('--scheduled-at <time>', 'scheduled time of the run, ISO 8601 with an offset')
    .option('--json', 'steps and starts as JSON')
    .addHelpText('after', EXAMPLES)
    .action(simulate);
}

async function simulate(file: string, flags: Flags): Promise<void> {
  const spec = await readRightPipeline(file);
  const simulation = simulated(spec, optionsOf(spec, flags));
  if (flags.json === true) printJson(simulation);
  else print(textOf(simulation, process.stdout.columns));
}

function simulated(spec: WrittenPipeline, options: SimulationOptions): Simulation {
  try {
    return simulatePipeline(spec, options);
  } catch (error) {
    if (!(error instanceof InvalidPipelineError)) throw error;
    throw new DataFlowInvalidInputError('dataflow pipeline simulate', error.problems);
  }
}

/** @throws DataFlowInvalidInputError naming all problems of the flags */
function optionsOf(
  spec: WrittenPipeline,
  { p = [], outcome = [], output = [], key, scheduledAt }: Flags,
): SimulationOptions {
  const given = readGivenParameters(p, spec.parameters ?? {});
  const outcomes = pairsOf('--outcome', outcome, (text) => text as SimulatedOutcome);
  const outputs = pairsOf('--output', output, JSON.parse);
  const timed = scheduledAt === undefined ? undefined : timesOf(spec, scheduledAt, key);
  const problems = [
    ...('problems' in given ? given.problems : []),
    ...outcomes.problems,
    ...outputs.problems,
    ...(timed !== undefined && 'problems' in timed ? timed.problems : []),
  ];
  if ('problems' in given || (timed !== undefined && 'problems' in timed) || problems.length > 0)
    throw new DataFlowInvalidInputError('dataflow pipeline simulate', problems);
  return {
    parameters: { ...timed?.parameters, ...given.values },
    ...{ outcomes: outcomes.values, outputs: outputs.values },
    ...(key !== undefined && { key }),
    ...(timed !== undefined && { scheduled: timed.scheduled }),
  };
}

function timesOf(
  spec: WrittenPipeline,
  at: string,
  key = 'simulated',
): ReturnType<typeof scheduledValuesOf> {
  const atMs = instantMs(at);
  return atMs === undefined
    ? { problems: [`--scheduled-at: ${INSTANT_RULE}`] }
    : scheduledValuesOf(spec, atMs, { id: key, key });
}

function pairsOf<Value>(
  flag: string,
  given: readonly string[],
  read: (text: string) => Value,
): { readonly values: Readonly<Record<string, Value>>; readonly problems: readonly string[] } {
  const values: (readonly [string, Value])[] = [];
  const problems: string[] = [];
  for (const one of given) {
    const at = one.indexOf('=');
    try {
      if (at < 1) throw new Error();
      values.push([one.slice(0, at), read(one.slice(at + 1))]);
    } catch {
      const what = flag === '--output' ? 'step=<JSON>' : 'step=outcome';
      problems.push(`${flag} ${one.slice(0, 40)}: must be ${what}`);
    }
  }
  return { values: Object.fromEntries(values), problems };
}

function textOf({ pipeline, outcome, steps, started }: Simulation, width?: number): string {
  const rows = Object.entries(steps).map(([id, step]) => {
    const notes = [step.reason, step.decision?.approved === false ? 'rejected' : undefined];
    return { id, ...step, notes: notes.filter((note) => note !== undefined) };
  });
  const starts = toTable(
    started.map((start, index) => ({ ...start, nth: index + 1 })),
    [
      { heading: 'start', cell: ({ nth }) => nth },
      { heading: 'step', cell: nameOf },
      { heading: 'runs', cell: ({ runs }) => runs, rank: 1 },
      {
        heading: 'input',
        cell: ({ input }) => (input === undefined ? undefined : inputText(input)),
      },
    ],
    { width },
  );
  return `pipeline ${pipeline}  ${outcome} (simulated)\n\n${stepTable(rows, width)}\n\n${starts}`;
}

const nameOf = ({ step, item }: SimulatedStart): string =>
  item === undefined ? step : `${step} ${itemName(item.value, item.index)}`;

const inputText = (input: unknown): string =>
  typeof input === 'string' ? input : JSON.stringify(input);
