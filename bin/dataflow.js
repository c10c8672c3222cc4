#!/usr/bin/env node
// What npm links as `dataflow`. In a clone it is there before lib/ is built: npx links a command once, and would never
// find one that came later.
import { existsSync } from 'node:fs';

const main = new URL('../lib/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write('dataflow: there is no lib/. Run `npm ci` in this clone: it builds lib/.\n');
  process.exitCode = 1;
}
