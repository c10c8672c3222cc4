import { expect } from 'vitest';

/** Fails if a text holds a key of the test, or parts of a signed request. */
export function expectNoSecrets(text: string, secrets: readonly string[], where: string): void {
  for (const secret of secrets) {
    expect(text.includes(secret), `${where} holds a key`).toBe(false);
    expect(text.includes(encodeURIComponent(secret)), `${where} holds an encoded key`).toBe(false);
    expect(
      text.includes(Buffer.from(secret).toString('base64')),
      `${where} holds a key in base64`,
    ).toBe(false);
  }
  expect(text, `${where} holds a signature header`).not.toMatch(
    /x-ncp-apigw-signature|x-ncp-iam-access-key/i,
  );
}
