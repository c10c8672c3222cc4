import type { z } from 'zod';
import { ENDPOINTS } from '../../client/operations/endpoints.js';
import { INPUTS } from '../../client/operations/input-schemas.js';
import type { OperationName } from '../../contract/operations.js';

/** How the text of a flag becomes a member of an input. `json`: JSON, or `@file`. */
export type FlagKind = 'text' | 'number' | 'switch' | 'json';

/** A member of an operation's input, as the command line takes it. */
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

/** An optional member's own schema; any other schema itself. */
function inner(schema: z.ZodType): z.ZodType {
  const { innerType } = schema.def as { readonly innerType?: z.ZodType };
  return innerType ?? schema;
}

/** The flags of an operation, made from the shape of its input: no second list of members. */
export const flagsOf = (name: OperationName): readonly InputFlag[] =>
  Object.entries(INPUTS[name].shape).map(([member, schema]) => ({
    member,
    kind: KINDS[inner(schema).def.type] ?? 'json',
    isRequired: schema === inner(schema),
    about: schema.description ?? inner(schema).description ?? member,
  }));

/** Members that `--body` may give; empty where the operation sends none. */
export const bodyMembersOf = (name: OperationName): readonly string[] => ENDPOINTS[name].body ?? [];

/** `--job-id` for `--jobId`: both are taken. */
export const dashed = (member: string): string =>
  member.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
