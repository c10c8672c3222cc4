import { z } from 'zod';

/** Content of an error body in either of its two forms (NOTES §4). Foreign texts, not cleaned yet. */
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

/** Form of the gateway. The code is a string in the examples and an integer in one table. */
const gateway = z.object({
  error: z
    .object({ errorCode: lenient, message: lenient, details: lenient })
    .refine(({ errorCode, message }) => errorCode !== undefined || message !== undefined),
});

/** Form of Data Flow, after RFC 9457. */
const problem = z
  .object({ errorType: lenient, title: lenient, detail: lenient })
  .refine(({ errorType, title, detail }) => (errorType ?? title ?? detail) !== undefined);

const given = (name: keyof ErrorBody, value: string | undefined): ErrorBody =>
  value === undefined ? {} : { [name]: value };

/** `undefined` if the JSON has neither form. */
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
