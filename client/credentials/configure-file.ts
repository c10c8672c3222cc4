import { join } from 'node:path';
import { type Environment, valueOf } from '../environment.js';
import { keysOfSection, readConfigure } from './configure-text.js';
import type { LookupResult, CredentialsProvider } from './provider.js';
import { createWatchedFile, type FileStore } from './watched-file.js';

interface ConfigureFileOptions {
  /** HOME (on Windows USERPROFILE) names the home folder, as for NAVER's tools. */
  readonly env: Environment;
  /** Section to read. @default [DEFAULT], or a file without section lines */
  readonly section: string | undefined;
  readonly files: FileStore;
  readonly warn: (message: string) => void;
  readonly platform?: NodeJS.Platform;
}

const SHOWN_PATH = '~/.ncloud/configure';

/** The file `~/.ncloud/configure` of NAVER's tools (NOTES §7.2), read again when it changes. */
export function createConfigureFile(options: ConfigureFileOptions): CredentialsProvider {
  const { env, section, files, warn, platform = process.platform } = options;
  const variable = platform === 'win32' ? 'USERPROFILE' : 'HOME';
  const home = valueOf(env, variable);
  const place = `file ${SHOWN_PATH}`;
  if (home === undefined) {
    const look: LookupResult = { kind: 'none', place, finding: `${variable} is not set` };
    return { isRemote: false, look: () => look };
  }
  const lookIn = (text: string): LookupResult => {
    const found = keysOfSection(readConfigure(text), section);
    if (found.kind !== 'keys') return { ...found, place };
    return { kind: 'keys', keys: found.keys, place: `${place}, section [${found.section}]` };
  };
  return createWatchedFile({
    path: join(home, '.ncloud', 'configure'),
    place,
    lookIn,
    files,
    warn,
  });
}
