import { isKey, KEY_RULE } from './credentials.js';
import { type Environment, valueOf } from '../environment.js';
import type { LookupResult } from './chain.js';

/** Names of the variables (NOTES §7.1). The first name wins. */
const KEY_VARIABLES = {
  access: ['NCLOUD_ACCESS_KEY_ID', 'NCLOUD_ACCESS_KEY'],
  secret: ['NCLOUD_SECRET_ACCESS_KEY', 'NCLOUD_SECRET_KEY'],
} as const;

const allSet = (env: Environment, names: readonly string[]): readonly string[] =>
  names.filter((name) => valueOf(env, name) !== undefined);

/** Two variables for one half with different values: their halves could belong to two accounts. */
function contradiction(env: Environment, names: readonly string[]): string | undefined {
  const isOne = new Set(names.map((name) => env[name])).size <= 1;
  return isOne ? undefined : `${names.join(' and ')} hold different keys: unset one`;
}

export function lookInVariables(env: Environment): LookupResult {
  const accessNames = allSet(env, KEY_VARIABLES.access);
  const secretNames = allSet(env, KEY_VARIABLES.secret);
  const [access] = accessNames;
  const [secret] = secretNames;
  const place = `environment ${access ?? KEY_VARIABLES.access[0]}`;
  if (access === undefined && secret === undefined)
    return { kind: 'none', place, finding: 'not set' };
  if (access === undefined || secret === undefined) {
    const missing = access === undefined ? KEY_VARIABLES.access[0] : KEY_VARIABLES.secret[0];
    const finding = `${access ?? secret ?? ''} is set without ${missing}: set both or neither`;
    return { kind: 'wrong', place, finding };
  }
  const accessKey = env[access] ?? '';
  const secretKey = env[secret] ?? '';
  const twice = contradiction(env, accessNames) ?? contradiction(env, secretNames);
  if (twice !== undefined) return { kind: 'wrong', place, finding: twice };
  const bad = [access, secret].find((name) => !isKey(env[name]));
  if (bad !== undefined) return { kind: 'wrong', place, finding: `${bad} ${KEY_RULE}` };
  return { kind: 'keys', place, keys: Object.freeze({ accessKey, secretKey }) };
}
