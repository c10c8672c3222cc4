import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';

const FILE = new URL('../../docs/dataflow-api/openapi.yaml', import.meta.url);

interface Media {
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: object;
}

interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: Readonly<Record<string, Media>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, Media>> }>
  >;
}

interface ApiFile {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, { readonly content: object }>>;
  };
}

/** The whole file, as text and as data. */
export const text = readFileSync(FILE, 'utf8');
const api = parse(text) as ApiFile;

/** An operation of the file, and where it stands in it. */
export interface FileOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly isBodyRequired: boolean;
  readonly object: OperationObject;
  readonly pointer: string;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const escaped = (part: string): string => part.replace(/~/g, '~0').replace(/\//g, '~1');

export const operations: readonly FileOperation[] = Object.entries(api.paths).flatMap(
  ([path, item]) =>
    METHODS.flatMap((method) => {
      const object = item[method];
      if (object === undefined) return [];
      const pointer = `#/paths/${escaped(path)}/${method}`;
      const isBodyRequired = object.requestBody?.required === true;
      return [
        {
          id: object.operationId,
          method: method.toUpperCase(),
          path,
          isBodyRequired,
          object,
          pointer,
        },
      ];
    }),
);

export function operationOf(id: string): FileOperation {
  const found = operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`the file has no operation ${id}`);
  return found;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addSchema({ $id: 'api', ...api });

function validator(pointer: string): ValidateFunction {
  const found = ajv.getSchema(`api${pointer}`);
  if (found === undefined) throw new Error(`the file has no schema at ${pointer}`);
  return found;
}

const mediaPointer = (type: string): string => `/content/${escaped(type)}/schema`;

/** What the file has against an answer; empty when it is as documented. */
export function answerProblems(
  { object, pointer }: FileOperation,
  answer: { readonly status: number; readonly headers: Headers; readonly text: string },
): readonly string[] {
  const key = object.responses[String(answer.status)] ? String(answer.status) : 'default';
  if (key === 'default' && answer.status < 400)
    return [`status ${answer.status} is not documented`];
  const type = answer.headers.get('content-type') ?? '';
  const place = object.responses[key]?.$ref ?? `${pointer}/responses/${key}`;
  const validate = validator(`${place}${mediaPointer(type)}`);
  return validate(JSON.parse(answer.text)) ? [] : [ajv.errorsText(validate.errors)];
}

/** Whether the file takes a request body; `undefined` is none. */
export function takesBody({ isBodyRequired, pointer }: FileOperation, body: unknown): boolean {
  if (body === undefined) return !isBodyRequired;
  return validator(`${pointer}/requestBody${mediaPointer('application/json')}`)(body);
}

/** The request bodies that the file shows. */
export function exampleBodies({ object }: FileOperation): readonly unknown[] {
  const { example, examples = {} } = object.requestBody?.content['application/json'] ?? {};
  const named = Object.values(examples).map(({ value }) => value);
  return example === undefined ? named : [example, ...named];
}

/** Whether the file takes a query; texts that look like numbers are taken for numbers where it asks for them. */
export function takesQuery({ object }: FileOperation, query: string): boolean {
  const given = new URLSearchParams(query);
  return (object.parameters ?? [])
    .map((parameter) => resolved(parameter))
    .filter((parameter) => parameter.in === 'query')
    .every(({ name, required = false, schema }) => {
      const value = given.get(name);
      if (value === null) return !required;
      const isNumber = 'type' in schema && schema.type === 'integer' && /^-?[\d.]+$/.test(value);
      return ajv.validate(inApi(schema), isNumber ? Number(value) : value);
    });
}

function resolved(parameter: Parameter): Parameter {
  const name = parameter.$ref?.split('/').at(-1);
  return (name === undefined ? undefined : api.components.parameters[name]) ?? parameter;
}

/** A schema whose references lead into the file. */
function inApi(schema: object): object {
  return '$ref' in schema ? { $ref: `api${String(schema.$ref)}` } : schema;
}
