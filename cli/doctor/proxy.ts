import { type Finding, ok, problem } from './finding.js';

type Environment = Readonly<Record<string, string | undefined>>;

const PROXIES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
const EXCEPTIONS = ['no_proxy', 'NO_PROXY'];

const firstSet = (env: Environment, names: readonly string[]): string | undefined =>
  names.find((name) => (env[name] ?? '') !== '');

/** The proxy that the environment sets. Its user and password are not shown. */
export function findProxy(env: Environment): Finding {
  const name = firstSet(env, PROXIES);
  if (name === undefined) return ok('proxy', 'none set');
  const value = env[name] ?? '';
  if (!/^https?:\/\//.test(value) || !URL.canParse(value))
    return problem(
      'proxy',
      'invalid',
      `${name} must be a URL such as http://host:port`,
      `Set ${name} as http://host:port, or unset it`,
    );
  const except = firstSet(env, EXCEPTIONS);
  const { protocol, host } = new URL(value);
  return ok(
    'proxy',
    `${protocol}//${host} from ${name}${except === undefined ? '' : `; not for ${env[except] ?? ''}`}`,
  );
}
