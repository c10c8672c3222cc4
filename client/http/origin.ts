/** The production service. */
export const DEFAULT_BASE_URL = 'https://dataflow.apigw.ntruss.com';

interface OriginReading {
  /** Scheme, host and port. Empty if there is a problem. */
  readonly origin: string;
  /** What the base URL must be. */
  readonly problem?: string;
}

const wrong = (problem: string): OriginReading => ({ origin: '', problem });

/** Whether a host name means this machine, so that requests stay on it. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  hostname === '::1' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** The generations of the documentation show the base URL with and without the version (NOTES §1). */
const PATHS = ['', '/', '/api/v1', '/api/v1/'];

export function readOrigin(baseUrl: string, allowPlainHttp: boolean): OriginReading {
  if (!URL.canParse(baseUrl)) return wrong(`must be a URL, e.g. ${DEFAULT_BASE_URL}`);
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(
    baseUrl,
  );
  if (protocol !== 'https:' && protocol !== 'http:') return wrong('must begin with https://');
  if (protocol === 'http:' && !allowPlainHttp && !isLoopback(hostname))
    return wrong('must begin with https://, or allowPlainHttp must be true');
  if (username !== '' || password !== '')
    return wrong('must not hold a user or password; keys belong into credentials');
  if (!PATHS.includes(pathname) || search !== '' || hash !== '')
    return wrong(
      'must end after the host or with /api/v1: the signature covers the path, so nothing may stand before it',
    );
  return { origin };
}
