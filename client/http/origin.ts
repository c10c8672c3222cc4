/** Production. */
export const DEFAULT_BASE_URL = 'https://dataflow.apigw.ntruss.com';

/** Where requests go, or what is wrong with the base URL. */
interface OriginReading {
  /** Scheme, host and port; empty with a problem. */
  readonly origin: string;
  readonly problem?: string;
}

const wrong = (problem: string): OriginReading => ({ origin: '', problem });

/** Whether the host name means this machine, so that nothing travels over a network. IPv6 with brackets or without. */
export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  hostname === '::1' ||
  /^127\.\d+\.\d+\.\d+$/.test(hostname);

/** The generations of the documentation give the base URL with and without the version (NOTES §1). */
const PATHS = ['', '/', '/api/v1', '/api/v1/'];

export function readOrigin(baseUrl: string, allowPlainHttp: boolean): OriginReading {
  if (!URL.canParse(baseUrl)) return wrong(`baseUrl must be a URL, e.g. ${DEFAULT_BASE_URL}`);
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(
    baseUrl,
  );
  if (protocol !== 'https:' && protocol !== 'http:')
    return wrong('baseUrl must begin with https://');
  if (protocol === 'http:' && !allowPlainHttp && !isLoopback(hostname))
    return wrong('baseUrl must be https:, or allowPlainHttp: true where nobody else can listen');
  if (username !== '' || password !== '')
    return wrong('baseUrl must hold no user and password; keys go into credentials');
  if (!PATHS.includes(pathname) || search !== '' || hash !== '')
    return wrong(
      'baseUrl must end after the host or with /api/v1: the signature covers the path, so nothing may stand before it',
    );
  return { origin };
}
