#!/usr/bin/env node
import { runCli } from './program.js';

// The user of this command cannot change what Node.js warns about in a library.
process.noDeprecation = true;

const lost = { stdout: false };
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(); // the reader ended (head, jq): no error
  if (!lost.stdout)
    process.stderr.write(`dataflow: stdout cannot be written (${error.code ?? error.message})\n`);
  lost.stdout = true;
});
process.stderr.on('error', () => undefined); // without it a closed stderr would end the command

const code = await runCli(process.argv.slice(2));
await Promise.all([process.stdout, process.stderr].map(written));
// Explicit, because threads of the SDK (of a worker that could not be created) or a long poll
// without an answer would keep the process alive.
process.exit(code === 0 && lost.stdout ? 1 : code);

/** Resolves when everything written so far has left this process, or was lost. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}
