import { isKey, KEY_RULE } from '../credentials.js';
import { type Environment, valueOf } from '../environment.js';
import type { Look } from './place.js';

/** Two names for each half, the first wins (NOTES §7.1). */
export const KEY_VARIABLES = {
  access: ['NCLOUD_ACCESS_KEY_ID', 'NCLOUD_ACCESS_KEY'],
  secret: ['NCLOUD_SECRET_ACCESS_KEY', 'NCLOUD_SECRET_KEY'],
} as const;

const firstSet = (env: Environment, names: readonly string[]): string | undefined =>
  names.find((name) => valueOf(env, name) !== undefined);

/** The key pair that these variables hold: all, or none, or what is wrong with them. */
export function lookInVariables(
  env: Environment,
  variables: { readonly access: readonly string[]; readonly secret: readonly string[] },
): Look {
  const access = firstSet(env, variables.access);
  const secret = firstSet(env, variables.secret);
  const place = `environment ${access ?? variables.access[0] ?? ''}`;
  if (access === undefined && secret === undefined)
    return { kind: 'none', place, finding: 'not set' };
  if (access === undefined || secret === undefined) {
    const missing = access === undefined ? variables.access[0] : variables.secret[0];
    const finding = `${access ?? secret ?? ''} is set without ${missing ?? ''}: set both or neither`;
    return { kind: 'wrong', place, finding };
  }
  const accessKey = env[access] ?? '';
  const secretKey = env[secret] ?? '';
  const bad = [access, secret].find((name) => !isKey(env[name]));
  if (bad !== undefined) return { kind: 'wrong', place, finding: `${bad} ${KEY_RULE}` };
  return { kind: 'keys', place, keys: Object.freeze({ accessKey, secretKey }) };
}
