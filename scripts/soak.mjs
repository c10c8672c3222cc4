// npm run soak [-- --cluster] [-- arguments of vitest]. `--cluster`: only the tests on a Temporal server of separate
// services with PostgreSQL; without it all others.
import { spawnSync } from 'node:child_process';

const given = process.argv.slice(2);
const projects = given.includes('--cluster') ? ['cluster'] : ['pure', 'temporal'];
const args = [
  ...['run', '--config', 'vitest.soak.config.ts'],
  ...projects.flatMap((name) => ['--project', name]),
  ...given.filter((one) => one !== '--cluster'),
];
const vitest = new URL('../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const { status } = spawnSync(process.execPath, [vitest, ...args], { stdio: 'inherit' });
process.exit(status ?? 1);
