// npm run build. Compiles into a folder of its own, which becomes lib/ once it is complete: an interrupted build leaves
// the old lib/ or none. `npx dataflow` in a clone runs the script `prepare` too; nothing is built then.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LIB = join(ROOT, 'lib');
/**
 * Named after this process, so that builds at the same time do not collide. In the root, so that paths in source maps
 * are those of lib/.
 */
const NEXT = join(ROOT, `.lib-${process.pid}`);
const PREVIOUS = `${NEXT}-previous`;

const { npm_lifecycle_event: script, npm_command: command } = process.env;
try {
  // Never fails in `npx`, also without lib/: npx keeps the result of a failed `prepare`, and would not work again in
  // this clone.
  if (script !== 'prepare' || command !== 'exec') build();
} catch (error) {
  process.stderr.write(`build of ${ROOT} failed: ${error.message}\n`);
  process.exitCode = 1;
}

function build() {
  removeLeftovers();
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', NEXT];
    const { status, signal } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`tsc ended with ${signal ?? status}. lib/ is unchanged.`);
    chmodSync(join(NEXT, 'cli/main.js'), 0o755);
    addCommonJsTypes();
    if (existsSync(LIB)) renameSync(LIB, PREVIOUS);
    renameSync(NEXT, LIB);
  } finally {
    rmSync(NEXT, { recursive: true, force: true });
    rmSync(PREVIOUS, { recursive: true, force: true });
  }
}

/**
 * Copies the declarations for CommonJS. TypeScript takes the module system of a declaration from the nearest
 * package.json, and under `module: node16` refuses `require` of an ES module (TS1479), which Node.js supports since
 * 20.19.
 */
function addCommonJsTypes() {
  const target = join(NEXT, 'commonjs');
  for (const path of readdirSync(NEXT, { recursive: true, encoding: 'utf8' }))
    if (path.endsWith('.d.ts') && !path.startsWith('cli/'))
      cpSync(join(NEXT, path), join(target, path));
  writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n');
}

/** Removes folders that killed builds have left. */
function removeLeftovers() {
  for (const name of readdirSync(ROOT)) {
    const pid = /^\.lib-(\d+)/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(join(ROOT, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
