import { LineCounter, parseDocument } from 'yaml';
import { problemOfCredentials } from '../client/credentials/credentials.js';
import { createChain, type LookupResult } from '../client/credentials/chain.js';
import {
  createWatchedFile,
  type FileStore,
  reasonOfFileError,
} from '../client/credentials/watched-file.js';
import type { Credentials } from '../client/http/signature.js';
import { isRecord, type ObjectRule } from '../contract/validate.js';
import type { GivenProfiles, ProfileProblem } from './check-profile.js';
import { givenIn, type GivenOptions } from './given-options.js';
import { PROFILE_OPTIONS } from './profile-options.js';

/** A clock is an object of code, so a file cannot hold one. */
const OF_FILE = Object.fromEntries(
  Object.entries(PROFILE_OPTIONS).filter(([name]) => name !== 'clock'),
);
const RULE: ObjectRule = { kind: 'object', options: OF_FILE, hidesNames: true };

/** A longer name, or one with capitals, may be a misplaced key: it is refused without showing it. */
const NAME = /^[a-z][a-z0-9_.-]{0,31}$/;

interface ProfileFileOptions {
  readonly path: string;
  readonly files: FileStore;
  readonly warn: (message: string) => void;
}

/** Profiles of a file, YAML or JSON: a map of names to options. Problems never quote the file. */
export function profilesOfFile(options: ProfileFileOptions): GivenProfiles {
  const { path, files } = options;
  const problems: ProfileProblem[] = [];
  const profiles = new Map<string, GivenOptions>();
  const { entries, problem } = readEntries(path, files);
  if (problem !== undefined) problems.push({ text: `DATAFLOW_PROFILES_FILE ${path}: ${problem}` });
  for (const [index, [name, members]] of entries.entries()) {
    if (!NAME.test(name)) {
      const rule = 'a lower-case letter, then up to 31 of a-z, 0-9, _, . and -';
      problems.push({ text: `${path}: the name of profile ${index + 1} must be ${rule}` });
      continue;
    }
    // YAML reads `name:` without a value as null: a profile with all defaults.
    const read = givenIn(RULE, { value: members ?? {}, name: '', file: path });
    problems.push(
      ...read.problems.map((text) => ({ profile: name, text: `profile ${name}: ${text}` })),
    );
    profiles.set(name, withKeys(name, read.given, options));
  }
  return { profiles, problems };
}

interface Entries {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly problem?: string;
}

function readEntries(path: string, files: FileStore): Entries {
  try {
    return entriesOf(files.read(path));
  } catch (error) {
    return { entries: [], problem: `${reasonOfFileError(error)}; correct the path, or unset it` };
  }
}

/** Entries of the file. Messages of the YAML parser quote the file, so only their code and position are reported. */
function entriesOf(text: string): Entries {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lines.linePos(error.pos[0]);
    return { entries: [], problem: `no YAML or JSON (${error.code}, line ${line}, column ${col})` };
  }
  const value = plainValue(() => document.toJS() as unknown);
  return isRecord(value)
    ? { entries: Object.entries(value) }
    : { entries: [], problem: 'must be a map of names of profiles to their options' };
}

function plainValue(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined; // too many aliases
  }
}

/**
 * Replaces the keys of a profile by a source that reads the file again when it changes. Other options are read once.
 */
function withKeys(name: string, given: GivenOptions, options: ProfileFileOptions): GivenOptions {
  if (given['credentials'] === undefined) return given;
  const { path } = options;
  const place = `file ${path}, profile ${name}`;
  const lookIn = (text: string): LookupResult => {
    const { entries, problem } = entriesOf(text);
    const members = entries.find(([one]) => one === name)?.[1];
    const keys = isRecord(members) ? members['credentials'] : undefined;
    const finding = problem ?? problemOfCredentials(keys);
    if (finding !== undefined) return { kind: 'wrong', place, finding };
    const { accessKey, secretKey } = keys as Credentials;
    return { kind: 'keys', place, keys: Object.freeze({ accessKey, secretKey }) };
  };
  const file = createWatchedFile({ ...options, place, lookIn });
  const value = createChain([file], `Write accessKey and secretKey into credentials there`);
  return { ...given, credentials: { ...given['credentials'], value } };
}
