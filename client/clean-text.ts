/** Control characters, line separators and marks that change the direction of text: a log line must not hold them. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** Shorter texts are no secrets. To redact them would make errors unreadable. */
const MIN_SECRET = 4;

/** A foreign text is cut to this before it is cleaned, so that a long answer costs little. */
const MAX_READ_CHARACTERS = 65_536;

/** The forms in which a server may send a header of ours back. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  secret.replaceAll('/', '\\/'),
  JSON.stringify(secret).slice(1, -1),
];

const redact = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter((secret) => secret.length >= MIN_SECRET)
    .flatMap(formsOf)
    .reduce((rest, form) => rest.replaceAll(form, '[redacted]'), text);

/** Cuts a text to `max` characters, the last one an ellipsis. */
export function clip(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** Foreign text for an error message: one line, no secrets, at most `max` characters. */
export function cleanText(text: string, secrets: readonly string[], max: number): string {
  const start = redact(text, secrets).slice(0, MAX_READ_CHARACTERS);
  const line = start.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();
  return clip(redact(line, secrets), max);
}
