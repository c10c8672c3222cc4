import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { EXIT_CODES, exitCodesHelp } from './exit-codes.js';
import { report } from './report.js';

type AddCommand = (program: Command) => void;

/** Loaded one by one: whoever calls the service does not wait for Temporal's worker to be loaded. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  dev: async () => (await import('./dev/dev-command.js')).addDevCommand,
  run: async () => (await import('./run-command.js')).addRunCommand,
  watch: async () => (await import('./watch-command.js')).addWatchCommand,
  resolve: async () => (await import('./resolve-command.js')).addResolveCommand,
  api: async () => (await import('./api/api-command.js')).addApiCommand,
  doctor: async () => (await import('./doctor/doctor-command.js')).addDoctorCommand,
  worker: async () => (await import('./worker-command.js')).addWorkerCommand,
  simulator: async () => (await import('./simulator-command.js')).addSimulatorCommand,
};

const START = `
Data goes to stdout, everything else to stderr. NO_COLOR is obeyed.

Start here:
  $ dataflow dev        # everything on this machine, nothing in the cloud
  $ dataflow doctor     # what is wrong, and what to do
`;

/** Runs one command line; never throws. Data goes to stdout, everything else to stderr. */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    const program = createProgram();
    for (const load of commandsFor(args[0])) (await load())(program);
    await program.parseAsync([...args], { from: 'user' });
    return EXIT_CODES.ok.code;
  } catch (error) {
    return EXIT_CODES[report(error)].code;
  }
}

/** The command that is named; all of them where help or a suggestion may be asked for. */
const commandsFor = (name = ''): readonly (() => Promise<AddCommand>)[] => {
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return named === undefined ? Object.values(COMMANDS) : [named];
};

const createProgram = (): Command =>
  new Command('dataflow')
    .description('NAVER Cloud Data Flow jobs from Temporal: run, watch, call, diagnose')
    .version(version())
    .showSuggestionAfterError()
    .showHelpAfterError('(see dataflow --help)')
    .addHelpText('after', `\n${exitCodesHelp()}\n${START}`)
    .exitOverride();

function version(): string {
  const text = readFileSync(packageFile(), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

/** Beside the sources, or above the built files. */
function packageFile(): URL {
  const here = new URL('../package.json', import.meta.url);
  return here.pathname.endsWith('/lib/package.json')
    ? new URL('../../package.json', import.meta.url)
    : here;
}
