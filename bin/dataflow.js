#!/usr/bin/env node
// The file that npm links as `dataflow`. It must exist before lib/ is built: npx links a command only once.
import { existsSync } from 'node:fs';

const main = new URL('../lib/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('dataflow: there is no lib/. Run `npm ci` in this clone: it builds lib/.\n');
  process.exitCode = 1;
}
