import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import type { CodecSettings } from './codec-options.js';

const MEMBERS: readonly string[] = [
  'payloadConverterPath',
  'failureConverterPath',
  'payloadCodecs',
];

/**
 * The data converter of the settings; undefined where payloads are plain.
 * @throws DataFlowInvalidInputError where the module cannot be loaded or exports none
 */
export async function loadDataConverter(
  settings: CodecSettings,
  namespace: string,
): Promise<DataConverter | undefined> {
  switch (settings.kind) {
    case 'plain':
      return undefined;
    case 'endpoint': {
      // Loaded only with a codec server, because an HTTP client takes time to load.
      const { createRemoteCodec } = await import('./remote-codec.js');
      return { payloadCodecs: [createRemoteCodec({ ...settings, namespace })] };
    }
    case 'module':
      return await importConverter(settings.module);
  }
}

async function importConverter(module: string): Promise<DataConverter> {
  const isPath = module.startsWith('.') || isAbsolute(module) || /\.[cm]?js$/.test(module);
  let exported: { readonly dataConverter?: unknown; readonly default?: unknown };
  try {
    exported = (await import(
      isPath ? pathToFileURL(resolve(module)).href : module
    )) as typeof exported;
  } catch (error) {
    throw invalid(`${module} cannot be loaded: ${(error as Error).message.slice(0, 300)}`);
  }
  const { default: byDefault } = exported;
  const inDefault = (byDefault as typeof exported | undefined)?.dataConverter; // CommonJS
  const found = exported.dataConverter ?? inDefault ?? byDefault;
  if (isConverter(found)) return found;
  throw invalid(
    `${module} must export dataConverter (or a default): an object with ${MEMBERS.join(', ')}`,
  );
}

const invalid = (problem: string): DataFlowInvalidInputError =>
  new DataFlowInvalidInputError('dataflow', [`--data-converter: ${problem}`]);

const isConverter = (value: unknown): value is DataConverter => {
  if (typeof value !== 'object' || value === null) return false;
  const names = Object.keys(value);
  return names.length > 0 && names.every((name) => MEMBERS.includes(name));
};
