import { type Command, InvalidArgumentError } from 'commander';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { readText } from './read-text.js';
import { untilInterrupted } from './run/interrupts.js';
import { readScript, type SimulatorScript, startSimulator } from '../simulator/index.js';

interface SimulatorFlags {
  readonly port: number;
  readonly timeScale?: number;
  readonly script?: string;
}

const EXAMPLE = `
Example:
  $ dataflow simulator --port 8080 --time-scale 60 --script jobs.yaml

  # jobs.yaml
  jobs:
    - jobId: sZ7aVb3kQp1x
      name: sales-extract
      executions: [{ waitingMs: 30s, runningMs: 10m, outcome: COMPLETED }]
  faults:
    - { on: executeJob, times: 1, then: { drop: after } }
`;

/** `dataflow simulator`: a local Data Flow service until Ctrl-C. */
export function addSimulatorCommand(program: Command): void {
  program
    .command('simulator')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', readPort, 0)
    .option('--time-scale <factor>', 'durations and delays of the script are divided by it', factor)
    .option('--script <file>', 'jobs, triggers, workflows, faults and switches, as YAML')
    .addHelpText('after', EXAMPLE)
    .action(runSimulator);
}

async function runSimulator({ port, timeScale, script }: SimulatorFlags): Promise<void> {
  const read = script === undefined ? {} : await readScriptFile(script);
  const scale = timeScale !== undefined && { timeScale };
  const simulator = await startSimulator({ ...read, port, ...scale }).catch((error: unknown) => {
    throw refusedPort(error, '--port', port);
  });
  const stopped = untilInterrupted();
  process.stdout.write(`DATAFLOW_URL=${simulator.url}\n`);
  if (process.env['NCLOUD_ACCESS_KEY'] !== simulator.accessKey) {
    // Generated for this process and valid nowhere else, so they may be printed.
    process.stdout.write(
      `NCLOUD_ACCESS_KEY=${simulator.accessKey}\nNCLOUD_SECRET_KEY=${simulator.secretKey}\n`,
    );
  }
  process.stderr.write(`report: GET ${simulator.url}/_simulator/report\n`);
  await stopped;
  await simulator.close();
}

/** @throws DataFlowInvalidInputError naming each problem with its place */
export async function readScriptFile(file: string): Promise<SimulatorScript> {
  const text = await readText(file).catch((error: unknown) => {
    throw new DataFlowInvalidInputError('--script', [(error as Error).message]);
  });
  try {
    return readScript(text, file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DataFlowInvalidInputError('--script', message.split('\n'));
  }
}

/** The error for a port that cannot be listened on; any other error unchanged. */
function refusedPort(error: unknown, flag: string, port: number): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = { EADDRINUSE: 'taken', EACCES: 'not allowed' };
  const reason = reasons[code ?? ''];
  return reason === undefined
    ? error
    : new DataFlowInvalidInputError('dataflow', [
        `${flag}: must be a free port, or 0 for any free one; ${port} is ${reason}`,
      ]);
}

/** A TCP port; 0 takes a free one. */
export function readPort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('must be an integer from 0 to 65535');
  return Number(text);
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('must be a number greater than 0');
  return value;
}
