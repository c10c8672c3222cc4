#!/usr/bin/env node
import { runCli } from './program.js';

// A warning of Node.js about a library's code is nothing that a user of this command can mend.
process.noDeprecation = true;

const lost = { stdout: false };
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(); // a reader that has seen enough (head, jq) is no error
  if (!lost.stdout)
    process.stderr.write(`dataflow: stdout cannot be written (${error.code ?? error.message})\n`);
  lost.stdout = true;
});
process.stderr.on('error', () => undefined); // nobody is left to tell

const code = await runCli(process.argv.slice(2));
await Promise.all([process.stdout, process.stderr].map(written));
// Ended here, not when nothing is left to do: a worker that could not be made leaves threads
// of the SDK behind, and a long poll without an answer must not keep the prompt away.
process.exit(code === 0 && lost.stdout ? 1 : code);

/** Until all that was written before has left this process, or was lost. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}
