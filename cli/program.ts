import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { DataFlowInvalidInputError } from '../client/errors.js';
import { unknownVariables } from '../worker/variables.js';
import { EXIT_CODES, exitCodesHelp } from './exit-codes.js';
import { addCommands, type CommandTable } from './load-commands.js';
import { reportError } from './report.js';
import { wrappedHelp } from './view/text-width.js';

export const PROGRAM_COMMANDS: CommandTable = {
  dev: {
    about: 'run server, local service and worker on this machine, with jobs to try',
    usage: '[options]',
    load: async () => (await import('./dev/dev-command.js')).addDevCommand,
  },
  run: {
    about: 'run a job through Temporal: started once, watched to its end',
    usage: '[options] <job>',
    load: async () => (await import('./run-command.js')).addRunCommand,
  },
  watch: {
    about: 'watch a workflow to its end, which is the exit code',
    usage: '[options] <workflowId>',
    load: async () => (await import('./watch-command.js')).addWatchCommand,
  },
  resolve: {
    about: 'name the execution of a submission with an unknown outcome, or say that there is none',
    usage: '[options] <workflowId>',
    load: async () => (await import('./resolve-command.js')).addResolveCommand,
  },
  pipeline: {
    about: 'pipelines of jobs: check, plan, run, watch, change',
    usage: '',
    load: async () => (await import('./pipeline/pipeline-command.js')).addPipelineCommand,
  },
  schedule: {
    about: 'pipelines that run by themselves: apply, list, pause, trigger',
    usage: '',
    load: async () => (await import('./schedule/schedule-command.js')).addScheduleCommand,
  },
  group: {
    about: 'runs that share a limit across workflows: set, list, show',
    usage: '',
    load: async () => (await import('./group/group-command.js')).addGroupCommand,
  },
  audit: {
    about: 'find running executions that no workflow waits for, and stop them',
    usage: '[options]',
    load: async () => (await import('./audit-command.js')).addAuditCommand,
  },
  api: {
    about: 'call an operation of the service; without one: list them',
    usage: '[operation]',
    load: async () => (await import('./api/api-command.js')).addApiCommand,
  },
  doctor: {
    about: 'check everything that a run needs, and say what to do',
    usage: '[options]',
    load: async () => (await import('./doctor/doctor-command.js')).addDoctorCommand,
  },
  worker: {
    about: 'run a worker with the Data Flow workflows and activities',
    usage: '[options]',
    load: async () => (await import('./worker-command.js')).addWorkerCommand,
  },
  simulator: {
    about: 'run a local Data Flow service for trials and tests',
    usage: '[options]',
    load: async () => (await import('./simulator-command.js')).addSimulatorCommand,
  },
};

const START = `
Data goes to stdout, messages go to stderr. NO_COLOR turns colours off.

Start here:
  $ dataflow dev        # everything on this machine, nothing in the cloud
  $ dataflow doctor     # what is wrong, and what to do
`;

/** Runs one command line and returns the exit code; never throws. */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    const program = createProgram();
    await addCommands(program, PROGRAM_COMMANDS, args);
    await program.parseAsync([...args], { from: 'user' });
    return EXIT_CODES.ok.code;
  } catch (error) {
    return EXIT_CODES[reportError(error)].code;
  }
}

const createProgram = (): Command =>
  new Command('dataflow')
    .description('NAVER Cloud Data Flow jobs from Temporal: run, watch, call, diagnose')
    .version(version())
    .configureHelp({ minWidthToWrap: 20 }) // else a terminal of 60 columns breaks lines within words
    .configureOutput({
      writeOut: (text) => {
        const { columns } = process.stdout; // none in a pipe
        process.stdout.write(columns ? wrappedHelp(text, columns) : text);
      },
    })
    .showSuggestionAfterError()
    .showHelpAfterError('(see dataflow --help)')
    .addHelpText('after', `\n${exitCodesHelp()}\n${START}`)
    .hook('preAction', (_, command) => {
      if (command.name() !== 'doctor') refuseUnknownVariables(); // doctor reports them as findings
    })
    .exitOverride();

/** @throws DataFlowInvalidInputError naming each: with a misspelt variable its default would apply unnoticed */
function refuseUnknownVariables(): void {
  const problems = unknownVariables(process.env);
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow', problems);
}

function version(): string {
  const text = readFileSync(packageFile(), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** package.json, of the sources or of the built files in `lib/`. */
function packageFile(): URL {
  const here = new URL('../package.json', import.meta.url);
  return here.pathname.endsWith('/lib/package.json')
    ? new URL('../../package.json', import.meta.url)
    : here;
}
