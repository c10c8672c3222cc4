import type { z } from 'zod';

/** One thing wrong with an input, and where. */
export interface InputIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** All problems, one issue a place; an unknown property is reported at its own name. */
export function flatIssues(error: z.ZodError): readonly InputIssue[] {
  return error.issues.flatMap((issue): readonly InputIssue[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown property' }))
      : [{ path: issue.path, message: issue.message }],
  );
}

/** All on one line: `jobCondition.numWorker: Too big; foo: is not known here`. */
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
