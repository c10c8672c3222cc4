import { z } from 'zod';

/** What an error body says, whichever of the two forms it has (NOTES §4). Foreign texts, not yet cleaned. */
export interface ErrorBody {
  readonly errorType?: string;
  readonly errorCode?: string;
  readonly title?: string;
  readonly detail?: string;
}

const lenient = z
  .union([z.string(), z.number()])
  .transform((value) => String(value))
  .optional()
  .catch(undefined);

/** The gateway's: the code is a text in the examples and an integer in one table. */
const gateway = z.object({
  error: z
    .object({ errorCode: lenient, message: lenient, details: lenient })
    .refine(({ errorCode, message }) => errorCode !== undefined || message !== undefined),
});

/** Data Flow's own, after RFC 9457. */
const problem = z
  .object({ errorType: lenient, title: lenient, detail: lenient })
  .refine(({ errorType, title, detail }) => (errorType ?? title ?? detail) !== undefined);

const given = (name: keyof ErrorBody, value: string | undefined): ErrorBody =>
  value === undefined ? {} : { [name]: value };

/** `undefined` when the JSON is neither of the two forms. */
export function readErrorBody(body: unknown): ErrorBody | undefined {
  const fromGateway = gateway.safeParse(body);
  if (fromGateway.success) {
    const { errorCode, message, details } = fromGateway.data.error;
    return {
      ...given('errorCode', errorCode),
      ...given('title', message),
      ...given('detail', details),
    };
  }
  const fromService = problem.safeParse(body);
  if (!fromService.success) return undefined;
  const { errorType, title, detail } = fromService.data;
  return { ...given('errorType', errorType), ...given('title', title), ...given('detail', detail) };
}

export const isErrorBody = (body: unknown): boolean => readErrorBody(body) !== undefined;
