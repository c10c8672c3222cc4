import type { ParameterType, ParameterValue } from '../../contract/pipeline.js';

/** Types of the parameters that a pipeline declares. */
export type Declared = Readonly<Record<string, { readonly type: ParameterType }>>;

export type GivenParameters =
  | { readonly values: Readonly<Record<string, ParameterValue>> }
  | { readonly problems: readonly string[] };

/**
 * Values of `-p name=value`, by their declared types: a list is JSON, or strings separated by commas. A value that does
 * not fit its type stays a string; the check of parameters then refuses it.
 */
export function readGivenParameters(given: readonly string[], declared: Declared): GivenParameters {
  const problems: string[] = [];
  const values = new Map<string, ParameterValue>();
  for (const one of given) {
    const at = one.indexOf('=');
    const name = one.slice(0, at);
    if (at < 1) problems.push(`-p ${one.slice(0, 40)}: must be name=value`);
    else if (values.has(name)) problems.push(`-p ${name}: given twice`);
    else {
      const type = Object.hasOwn(declared, name) ? declared[name]?.type : undefined;
      values.set(name, READERS[type ?? 'string'](one.slice(at + 1)));
    }
  }
  return problems.length > 0 ? { problems } : { values: Object.fromEntries(values) };
}

const READERS: Readonly<Record<ParameterType, (text: string) => ParameterValue>> = {
  string: (text) => text,
  number: (text) => (/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
  list: (text) => (text.trimStart().startsWith('[') ? listOfJson(text) : listOfTexts(text)),
};

const listOfTexts = (text: string): readonly string[] =>
  text.trim() === '' ? [] : text.split(',').map((part) => part.trim());

function listOfJson(text: string): ParameterValue {
  try {
    return JSON.parse(text) as ParameterValue;
  } catch {
    return text;
  }
}
