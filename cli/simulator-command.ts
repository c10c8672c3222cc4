import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { readScript, startSimulator } from '../simulator/index.js';

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
    .description('run a local Data Flow service for trials and tests')
    .option('--port <number>', 'port on 127.0.0.1; 0 takes a free one', wholeNumber, 0)
    .option('--time-scale <factor>', 'scripted durations and lags are divided by it', factor)
    .option('--script <file>', 'jobs, faults and switches, as YAML')
    .addHelpText('after', EXAMPLE)
    .action(runSimulator);
}

async function runSimulator({ port, timeScale, script }: SimulatorFlags): Promise<void> {
  const read = script === undefined ? {} : readScript(await readFile(script, 'utf8'), script);
  const simulator = await startSimulator({
    ...read,
    port,
    ...(timeScale !== undefined && { timeScale }),
  });
  const isGiven = process.env['NCLOUD_ACCESS_KEY'] === simulator.accessKey;
  process.stdout.write(`DATAFLOW_URL=${simulator.url}\n`);
  if (!isGiven) {
    // Made up for this run and good for nothing else.
    process.stdout.write(
      `NCLOUD_ACCESS_KEY=${simulator.accessKey}\nNCLOUD_SECRET_KEY=${simulator.secretKey}\n`,
    );
  }
  process.stderr.write(`report: GET ${simulator.url}/_simulator/report\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
  await simulator.close();
}

function wholeNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('give a whole number, 0 to 65535');
  return Number(text);
}

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0');
  return value;
}
