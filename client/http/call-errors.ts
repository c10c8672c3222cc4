import { classify, type FailureType } from '../../contract/failures.js';
import {
  TITLE_LENGTH,
  codesOf,
  errorBodyOf,
  factsOfBody,
  factsOfHead,
  isFramed,
  type CallSite,
} from './answer-facts.js';
import { cleanText } from '../clean-text.js';
import type { ErrorBody } from './error-body.js';
import { DataFlowCallError, type CallFacts } from '../errors.js';
import type { Head, Outcome, Why } from './send.js';

function wordsOf({ reason, text }: Why, { timeoutMs, secrets }: CallSite): string {
  const words = {
    aborted: 'ended by its caller',
    closed: 'the client was closed',
    timeout: `no complete answer within ${timeoutMs} ms`,
    expired: 'not sent, because the permit ended before the bytes left',
    refused: `not sent, because onSent or mayLeave threw: ${text}`,
    oversize: 'the answer is longer than maxAnswerBytes',
    malformed: `the answer is not valid HTTP: ${text}`,
    network: text,
  } satisfies Record<Why['reason'], string>;
  return cleanText(words[reason], secrets, TITLE_LENGTH);
}

/** Enough for all places where keys were looked for. */
const PREPARATION_LENGTH = 230;

const FAILURE_OF_REASON = {
  aborted: 'DataFlowUnavailable',
  closed: 'DataFlowUnavailable',
  timeout: 'DataFlowUnavailable',
  expired: 'DataFlowNotSent',
  refused: 'DataFlowUnavailable',
  oversize: 'DataFlowProtocolError',
  malformed: 'DataFlowProtocolError',
  network: 'DataFlowUnavailable',
} as const satisfies Record<Why['reason'], FailureType>;

const marksOf = ({ reason }: Why): Pick<CallFacts, 'aborted' | 'expired'> => ({
  ...(reason === 'aborted' && { aborted: true }),
  ...(reason === 'expired' && { expired: true }),
});

/** Codes of OpenSSL and Node.js for a rejected certificate. */
const CERTIFICATE_CODE =
  /^(CERT_|DEPTH_ZERO_SELF|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)_|ERR_TLS_CERT_)/;
const isCertificate = ({ reason, code = '' }: Why): boolean =>
  reason === 'network' && CERTIFICATE_CODE.test(code);

/** No answer, or an incomplete one. */
export function noResponseError(
  site: CallSite,
  outcome: Exclude<Outcome, { readonly kind: 'whole' }>,
): DataFlowCallError {
  const { why } = outcome;
  const words = wordsOf(why, site);
  const failure = isCertificate(why)
    ? 'DataFlowCertificateRejected'
    : FAILURE_OF_REASON[why.reason];
  const facts = { ...factsOf(site), failure, complete: false, ...marksOf(why) } as const;
  return outcome.kind === 'none'
    ? new DataFlowCallError({ ...facts, sent: outcome.sent }, words)
    : new DataFlowCallError(
        { ...facts, sent: 'yes', ...factsOfHead(site, outcome.head) },
        `answer ${outcome.head.status} is incomplete: ${words}`,
      );
}

/** An answer with 3xx, 4xx or 5xx. */
export function errorResponse(site: CallSite, head: Head, body: string): DataFlowCallError {
  const error = errorBodyOf(body);
  const message = `${error?.title ?? ''} ${error?.detail ?? ''}`;
  return new DataFlowCallError(
    {
      ...factsOf(site),
      failure: classify({ status: head.status, ...codesOf(error), message }),
      sent: 'yes',
      complete: error !== undefined || isFramed(head),
      ...factsOfHead(site, head),
      ...factsOfBody(site, error),
    },
    head.status < 400 ? redirectWords(site, head) : wordsOfBody(site, head, error, body),
  );
}

/** A 2xx whose body is not the output of the operation. */
export const decodeError = (
  site: CallSite,
  head: Head,
  problem: string,
  body = '',
): DataFlowCallError =>
  new DataFlowCallError(
    {
      ...factsOf(site),
      failure: 'DataFlowProtocolError',
      sent: 'yes',
      complete: true,
      ...factsOfHead(site, head),
      ...factsOfBody(site, errorBodyOf(body)),
    },
    `answer ${head.status} is unreadable: ${cleanText(problem, site.secrets, TITLE_LENGTH)}`,
  );

/** No request was made, e.g. because there are no keys. */
export const failureOfPreparation = (
  site: CallSite,
  failure: FailureType,
  reason: string,
): DataFlowCallError =>
  new DataFlowCallError(
    { ...factsOf(site), failure, sent: 'no', complete: false },
    cleanText(reason, site.secrets, PREPARATION_LENGTH),
  );

const factsOf = ({ call, request }: CallSite) => ({ call, request });

function wordsOfBody(
  { secrets }: CallSite,
  { status }: Head,
  error: ErrorBody | undefined,
  body: string,
): string {
  const code = error?.errorType ?? error?.errorCode;
  const said = [error?.title, error?.detail].filter(Boolean).join(', ');
  const text = said === '' && error === undefined ? body : said;
  const writer = code === undefined ? ' by an intermediary, not by Data Flow' : ` ${code}`;
  const words = `answer ${status}${writer}${text === '' ? '' : `: ${text}`}`;
  return cleanText(words, secrets, TITLE_LENGTH);
}

/** The redirect target is shown without its path, which may hold a token. */
function redirectWords({ secrets }: CallSite, { status, headers }: Head): string {
  const { location = '' } = headers;
  const host = URL.canParse(location) ? ` to ${new URL(location).host}` : '';
  const words =
    status === 304
      ? 'unexpected: the request was not conditional'
      : `a redirect${host}, which is not followed`;
  return cleanText(`answer ${status}, ${words}`, secrets, TITLE_LENGTH);
}
