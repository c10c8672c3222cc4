import { Agent } from 'undici';
import { z } from 'zod';
import { instantOf, SYSTEM_CLOCK } from '../http/service-clock.js';
import { isKey } from './credentials.js';
import { type Environment, valueOf } from '../environment.js';
import { send, type Outcome } from '../http/send.js';
import { createDeadline } from '../http/deadline.js';
import type { RoleAnswer } from './server-role.js';

/**
 * Metadata service of every VPC server. Plain HTTP, because requests do not leave the host of the server (NOTES
 * §7.3).
 */
const ENDPOINT = 'http://169.254.169.254';
const VARIABLE = 'NCLOUD_METADATA_API_ENDPOINT';
const PATH = '/latest/meta-data/iam/security-credentials/';
const TIMEOUT_MS = 3_000;
const MAX_BYTES = 65_536;

/** Validity assumed of keys without a readable end: the shortest that NAVER's token service gives (NOTES §4). */
const UNKNOWN_LIFE_MS = 600_000;

/** Form of the name of a role. Another answer comes from another metadata service, or is a login page. */
const ROLE = /^[\w.:@=+,-]{1,128}$/;

const ROLE_KEYS = z.object({
  AccessKeyId: z.string().refine(isKey),
  SecretAccessKey: z.string().refine(isKey),
  Expiration: z.string().optional(),
});

/** Fetches the keys of the first role from the metadata service. Uses no proxy and follows no redirect. */
export async function fetchRole(env: Environment): Promise<RoleAnswer> {
  const base = valueOf(env, VARIABLE) ?? ENDPOINT;
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol))
    return { kind: 'wrong', finding: `${VARIABLE} must be a URL such as http://host` };
  const dispatcher = new Agent({ connect: { timeout: TIMEOUT_MS } });
  try {
    const { origin, pathname } = new URL(base);
    const folder = `${pathname.replace(/\/+$/, '')}${PATH}`;
    const list = readable(await get(dispatcher, origin, folder));
    if (typeof list !== 'string') return list;
    const role = list.split(/\r?\n/)[0]?.trim() ?? '';
    if (!ROLE.test(role)) return { kind: 'none', finding: 'this server has no role' };
    const text = readable(await get(dispatcher, origin, folder + encodeURIComponent(role)));
    return typeof text === 'string' ? readRole(role, text, SYSTEM_CLOCK.wallMs()) : text;
  } finally {
    await dispatcher.destroy();
  }
}

async function get(dispatcher: Agent, origin: string, path: string): Promise<Outcome> {
  const never = new AbortController().signal;
  const deadline = createDeadline({ caller: undefined, closing: never, timeoutMs: TIMEOUT_MS });
  try {
    return await send(dispatcher, {
      ...{ origin, path, method: 'GET', headers: { accept: '*/*' }, body: undefined },
      maxAnswerBytes: MAX_BYTES,
      end: deadline.signal,
      onLeaving: () => undefined,
      now: () => instantOf(SYSTEM_CLOCK),
    });
  } finally {
    deadline.release();
  }
}

/** Body of a successful answer, or the finding. Bodies are never quoted, because they hold keys. */
function readable(outcome: Outcome): string | RoleAnswer {
  if (outcome.kind !== 'whole')
    return { kind: 'away', finding: `the metadata service gave no answer (${outcome.why.reason})` };
  const { status } = outcome.head;
  if (status === 200) return outcome.body;
  if (status < 500) return { kind: 'none', finding: `this server has no role (answer ${status})` };
  return { kind: 'away', finding: `the metadata service answered ${status}` };
}

export function readRole(role: string, text: string, nowMs: number): RoleAnswer {
  const read = ROLE_KEYS.safeParse(jsonOf(text));
  if (!read.success) return { kind: 'away', finding: `the keys of role ${role} could not be read` };
  const { AccessKeyId: accessKey, SecretAccessKey: secretKey, Expiration } = read.data;
  const endMs = Date.parse(Expiration ?? '');
  const expiresAtMs = Number.isNaN(endMs) ? nowMs + UNKNOWN_LIFE_MS : endMs;
  const keys = Object.freeze({ accessKey, secretKey });
  return { kind: 'role', role: { role, keys, expiresAtMs, fetchedAtMs: nowMs } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
