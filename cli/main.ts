#!/usr/bin/env node
import { runCli } from './program.js';

// A reader that has seen enough (head, jq) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await runCli(process.argv.slice(2));
