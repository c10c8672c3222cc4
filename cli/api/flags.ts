import type { z } from 'zod';
import { ENDPOINTS } from '../../client/operations/endpoints.js';
import { INPUTS } from '../../client/operations/input-schemas.js';
import type { OperationName } from '../../contract/operations.js';

/** How the text of a flag is read. `json`: JSON, or `@file`. */
export type FlagKind = 'text' | 'number' | 'switch' | 'json';

/** The flag of a property of an operation's input. */
export interface InputFlag {
  readonly member: string;
  readonly kind: FlagKind;
  readonly isRequired: boolean;
  readonly about: string;
}

const KINDS: Readonly<Record<string, FlagKind>> = {
  string: 'text',
  enum: 'text',
  literal: 'text',
  number: 'number',
  boolean: 'switch',
};

/** The schema inside `optional()`; any other schema unchanged. */
function inner(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as { readonly innerType?: z.ZodType };
  return innerType ?? schema;
}

/** The flags of an operation, from the schema of its input. */
export const flagsOf = (name: OperationName): readonly InputFlag[] =>
  Object.entries(INPUTS[name].shape).map(([member, schema]) => ({
    member,
    kind: KINDS[inner(schema).def.type] ?? 'json',
    isRequired: schema === inner(schema),
    about: schema.description ?? inner(schema).description ?? member,
  }));

/** Properties that `--body` may set; empty where the operation sends no body. */
export const bodyMembersOf = (name: OperationName): readonly string[] => ENDPOINTS[name].body ?? [];

/** `job-id` for `jobId`: both are accepted as flags. */
export const dashed = (member: string): string =>
  member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
