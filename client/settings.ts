import type { Dispatcher } from 'undici';
import { type Problem, problemsOf, problemTexts, withDefaults } from '../contract/validate.js';
import type { CredentialsSource } from './credentials/credentials.js';
import { ncloudCredentials } from './credentials/ncloud-credentials.js';
import { DataFlowInvalidInputError } from './errors.js';
import { readOrigin } from './http/origin.js';
import { readOwnCa } from './http/own-ca.js';
import type { SeenRequest } from './http/seen-request.js';
import { SYSTEM_CLOCK, type ProcessClock } from './http/service-clock.js';
import type { Credentials } from './http/signature.js';
import { CLIENT_OPTIONS, type DataFlowClientOptions } from './options.js';

/** Checked options, with defaults. */
export interface Settings {
  readonly origin: string;
  readonly credentials: Credentials | CredentialsSource;
  readonly callTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly clock: ProcessClock;
  /** PEM. */
  readonly ca: string | undefined;
  readonly dispatcher: Dispatcher | undefined;
  readonly onRequest: ((seen: SeenRequest) => void) | undefined;
  readonly beforeRepeat: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/** Scheme, host and port of calls with these options. */
export function serviceOrigin(options: DataFlowClientOptions): string {
  const { baseUrl, allowPlainHttp } = withDefaults(CLIENT_OPTIONS, options);
  return readOrigin(baseUrl, allowPlainHttp).origin;
}

/** @throws DataFlowInvalidInputError naming all problems, each with its remedy */
export function readOptions(options: DataFlowClientOptions): Settings {
  const { problems, origin, ca } = checkClientOptions(options);
  if (problems.length > 0)
    throw new DataFlowInvalidInputError('createDataFlowClient', problemTexts(problems, 'options'));
  const { callTimeoutMs, connectTimeoutMs, maxAnswerBytes } = withDefaults(CLIENT_OPTIONS, options);
  const { credentials = ncloudCredentials(), clock = SYSTEM_CLOCK } = options;
  const { dispatcher, onRequest, beforeRepeat } = options;
  return Object.freeze({
    ...{ origin, credentials, callTimeoutMs, connectTimeoutMs, maxAnswerBytes },
    ...{ clock, ca, dispatcher, onRequest, beforeRepeat },
  });
}

interface CheckedOptions extends Pick<Settings, 'origin' | 'ca'> {
  readonly problems: readonly Problem[];
}

/** All problems of the options. Reads the file of certificates. */
export function checkClientOptions(options: DataFlowClientOptions): CheckedOptions {
  const problems = [
    ...problemsOf({ kind: 'object', options: CLIENT_OPTIONS, hidesNames: true }, options),
  ];
  const isFit = (name: keyof DataFlowClientOptions): boolean =>
    problems.every(({ path }) => path[0] !== name);
  const { baseUrl, allowPlainHttp, ca, caFile, dispatcher } = withDefaults(CLIENT_OPTIONS, options);
  const origin = isFit('baseUrl') ? readOrigin(baseUrl, allowPlainHttp) : { origin: '' };
  const own = isFit('ca') && isFit('caFile') ? readOwnCa({ ca, caFile }) : {};
  if (origin.problem !== undefined) problems.push({ path: ['baseUrl'], message: origin.problem });
  if (own.problem !== undefined) problems.push(own.problem);
  if (own.pem !== undefined && dispatcher !== undefined)
    problems.push({
      path: ['dispatcher'],
      message: 'must not be set beside ca or caFile: it has its own certificates',
    });
  return { problems, origin: origin.origin, ca: own.pem };
}
