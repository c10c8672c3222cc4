import { type HostedProcess, startHosted } from '../../../cli/dev-server/hosted-process.js';

const PID = 'pid of the program: ';
/** Starts a program, says its pid, and kills it when the standard input closes: it cannot outlive this process. */
const HOST = `
const { spawn } = require('node:child_process');
const [options, command, ...args] = process.argv.slice(1);
const program = spawn(command, args, { ...JSON.parse(options), stdio: ['ignore', 'inherit', 'inherit'] });
console.log('${PID}' + program.pid);
program.on('exit', (code, signal) => process.exit(signal ? 1 : code));
program.on('error', (error) => { console.error(String(error)); process.exit(1); });
process.stdin.on('end', () => program.kill('SIGKILL')).resume();
`;

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly options?: {
    readonly uid?: number;
    readonly gid?: number;
    readonly cwd?: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
  };
}

/** A program under way. */
export interface HostedProgram extends Pick<HostedProcess, 'ended' | 'isEnded' | 'tail' | 'end'> {
  readonly pid: number;
  /** Sends a signal that ends it, and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

export async function startProgram(program: Program): Promise<HostedProgram> {
  const { command, args, options = {} } = program;
  const host = startHosted(HOST, [JSON.stringify(options), command, ...args], process.env);
  const pid = await new Promise<number>((resolve, reject) => {
    host.onLine((line) => {
      if (line.startsWith(PID)) resolve(Number(line.slice(PID.length)));
    });
    void host.ended.then(() => {
      reject(new Error(`${command} has ended: ${host.tail()}`));
    });
  });
  return {
    ...host,
    pid,
    stop: async (signal) => {
      if (!host.isEnded()) process.kill(pid, signal);
      await host.ended;
    },
  };
}
