import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Env } from './temporal-cli.js';

/** Output that is kept, to say why a server did not start. */
const TAIL_CHARS = 4_000;

/** How long a script may take to end its processes, once its pipe is closed. */
const GRACE_MS = 5_000;

/** A process that cannot outlive this one. */
export interface HostedProcess {
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  isEnded(): boolean;
  /** The end of what it wrote on stdout and stderr. */
  tail(): string;
  /** Each line of its standard output from now on. */
  onLine(listener: (line: string) => void): void;
  /** From now on it does not keep this process alive. */
  release(): void;
  /** Ends it and all processes that it started. */
  end(): Promise<void>;
}

/**
 * Runs `script` in a Node.js process of its own, which must end what it started and itself when its standard input
 * closes. The operating system closes that pipe when this process ends, even by SIGKILL, so nothing is left running. It
 * has its own process group: Ctrl-C reaches this process only, which closes the server after its users.
 */
export function startHosted(script: string, args: readonly string[], env: Env): HostedProcess {
  const child = spawn(process.execPath, ['-e', script, '--', ...args], {
    detached: true,
    env: { ...env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const ended = once(child, 'exit').then(([code]) => (typeof code === 'number' ? code : 1));
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (tail = (tail + text).slice(-TAIL_CHARS)));
  }
  child.stdin.on('error', () => undefined); // it ended first: `ended` says so
  return {
    ended,
    isEnded: () => child.exitCode !== null || child.signalCode !== null,
    tail: () => tail.trim(),
    onLine: (listener) => {
      splitLines(child.stdout, listener);
    },
    release: () => {
      for (const handle of [child, child.stdin, child.stdout, child.stderr]) {
        (handle as Socket).unref(); // the pipes of a child are sockets, whatever their type says
      }
    },
    end: async () => {
      child.ref();
      child.stdin.end();
      const lastResort = setTimeout(() => {
        killGroup(child.pid);
      }, GRACE_MS);
      await ended;
      clearTimeout(lastResort);
    },
  };
}

function splitLines(stream: Readable, listener: (line: string) => void): void {
  let rest = '';
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(listener);
  });
}

/** The group holds the host and what it started; there are no groups on Windows, where the host alone is ended. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    // it has just ended by itself
  }
}
