import { type Command, Option } from 'commander';
import { tomlLoadClientConfigProfile } from '@temporalio/envconfig/lib/envconfig-toml.js';
import { DataFlowInvalidInputError } from '../../client/errors.js';

/** Flags of every command that talks to Temporal. */
export interface CodecFlags {
  readonly codecEndpoint?: string;
  readonly codecAuth?: string;
  readonly dataConverter?: string;
}

/** How payloads are read and written. */
export type CodecSettings =
  | { readonly kind: 'plain' }
  | { readonly kind: 'endpoint'; readonly endpoint: string; readonly auth?: string }
  | { readonly kind: 'module'; readonly module: string };

export function addCodecOptions(command: Command): void {
  const options = [
    ['--codec-endpoint <url>', 'codec server that encodes and decodes payloads'],
    ['--codec-auth <value>', 'Authorization header for the codec server'],
    ['--data-converter <module>', 'module that exports dataConverter, as the worker has it'],
  ] as const;
  for (const [flags, about] of options)
    command.addOption(new Option(flags, about).helpGroup('Where payloads are encoded:'));
}

/**
 * The codec of the flags, else that of the configuration of Temporal's own tools: TEMPORAL_CODEC_ENDPOINT,
 * TEMPORAL_CODEC_AUTH, or `codec` in a profile of their file.
 * @throws DataFlowInvalidInputError naming all problems
 */
export function readCodecSettings(
  { codecEndpoint, codecAuth, dataConverter }: CodecFlags,
  namespace: string,
): CodecSettings {
  const configured = configuredCodec();
  const endpoint = codecEndpoint ?? configured.endpoint;
  const auth = codecAuth ?? configured.auth;
  const isFlag = codecEndpoint !== undefined || codecAuth !== undefined;
  const problems = [
    ...(dataConverter !== undefined && isFlag
      ? ['--data-converter and --codec-endpoint: one of them must be left out']
      : []),
    ...(dataConverter === '' ? ['--data-converter: must be the path or name of a module'] : []),
    ...(dataConverter === undefined && auth !== undefined && endpoint === undefined
      ? ['--codec-auth: belongs to --codec-endpoint (TEMPORAL_CODEC_ENDPOINT)']
      : []),
    ...(dataConverter === undefined && endpoint !== undefined && !isHttpUrl(endpoint)
      ? [
          `${codecEndpoint === undefined ? 'TEMPORAL_CODEC_ENDPOINT' : '--codec-endpoint'}: must be an http:// or https:// URL without user and password`,
        ]
      : []),
  ];
  if (problems.length > 0) throw new DataFlowInvalidInputError('dataflow', problems);
  if (dataConverter !== undefined) return { kind: 'module', module: dataConverter };
  if (endpoint === undefined) return { kind: 'plain' };
  const url = endpoint.replaceAll('{namespace}', encodeURIComponent(namespace));
  return { kind: 'endpoint', endpoint: url, ...(auth !== undefined && { auth }) };
}

/** An invalid file counts as empty here: `resolveTemporalConfig` reports its problems. */
function configuredCodec(): { readonly endpoint?: string; readonly auth?: string } {
  try {
    return tomlLoadClientConfigProfile({}).codec ?? {};
  } catch {
    return {};
  }
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username + password === '';
}
