import { z } from 'zod';
import { durationMs } from './duration.js';
import type { DelayEffect, Fault, FaultEffect } from './fault.js';
import { flatIssues, readAs } from './flat-issues.js';
import { GATEWAY_CODES } from './outcome.js';
import { OPERATION_NAMES } from './operations/operation-name.js';

const EFFECTS = {
  status: z.strictObject({
    status: z.int().min(200).max(599),
    body: z.unknown().exactOptional(),
    headers: z.record(z.string(), z.string()).exactOptional(),
    handled: z.boolean().exactOptional(),
  }),
  gateway: z.strictObject({ gateway: z.enum(GATEWAY_CODES) }),
  drop: z.strictObject({ drop: z.enum(['before', 'after']) }),
  garbage: z.strictObject({ garbage: z.literal(true) }),
  cut: z.strictObject({ cut: z.literal(true) }),
} as const;

type PlainEffect = Exclude<FaultEffect, DelayEffect>;

/** The property that names the effect selects the schema, so that problems are about that effect. */
const plainEffect = z.unknown().transform((value, context): PlainEffect => {
  const schema = namedIn(EFFECTS, value);
  return schema === undefined
    ? unnamed(value, context)
    : inner<PlainEffect>(schema, value, context);
});

const delayEffect = z.strictObject({
  delayMs: durationMs,
  at: z.enum(['arrival', 'answer']).exactOptional(),
  then: plainEffect.exactOptional(),
});

const faultEffect = z.unknown().transform((value, context): FaultEffect => {
  const schema = namedIn({ ...EFFECTS, delayMs: delayEffect }, value);
  return schema === undefined
    ? unnamed(value, context)
    : inner<FaultEffect>(schema, value, context);
});

export const fault: z.ZodType<Fault> = z.strictObject({
  on: z.enum([...OPERATION_NAMES, '*']),
  jobId: z.string().exactOptional(),
  calls: z.array(z.int().min(1)).exactOptional(),
  times: z.int().min(0).exactOptional(),
  probability: z.number().min(0).max(1).exactOptional(),
  then: faultEffect,
});

function namedIn<Schema>(
  schemas: Readonly<Record<string, Schema>>,
  value: unknown,
): Schema | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(schemas).find(([name]) => name in value)?.[1];
}

function unnamed(value: unknown, context: z.RefinementCtx): never {
  const message = 'must have one of status, gateway, delayMs, drop, garbage, cut';
  context.issues.push({ code: 'custom', message, path: [], input: value });
  return z.NEVER;
}

function inner<Effect>(
  schema: z.ZodType<Effect>,
  value: unknown,
  context: z.RefinementCtx,
): Effect {
  const result = readAs(schema, value);
  if (result.success) return result.data;
  for (const { path, message } of flatIssues(result.error)) {
    context.issues.push({ code: 'custom', message, path: [...path], input: value });
  }
  return z.NEVER;
}
