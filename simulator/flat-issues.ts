import type { z } from 'zod';

/** Where the schema has no message of its own, a problem is worded as `must be …`. */
export const readAs = <Value>(
  schema: z.ZodType<Value>,
  value: unknown,
): z.ZodSafeParseResult<Value> => schema.safeParse(value, { error: mustText });

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function mustText(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unitOf(issue)}`;
    default:
      return undefined;
  }
}

const unitOf = ({ origin }: { readonly origin: string }): string =>
  origin === 'string' ? ' characters long' : origin === 'array' ? ' entries long' : '';

export interface InputIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** All problems. An unknown property is reported at its own path. */
export function flatIssues(error: z.ZodError): readonly InputIssue[] {
  return error.issues.flatMap((issue): readonly InputIssue[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown property' }))
      : [{ path: issue.path, message: issue.message }],
  );
}

/** E.g. `jobCondition.numWorker: must be at most 10; foo: unknown property`. */
export function problemsText(error: z.ZodError): string {
  return flatIssues(error)
    .map(({ path, message }) => (path.length > 0 ? `${pathText(path)}: ${message}` : message))
    .join('; ');
}

/** `jobs[0].executions[1].outcome`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`;
      return index === 0 ? String(part) : `.${String(part)}`;
    })
    .join('');
}
