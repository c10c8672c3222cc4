/** Control characters, line separators and the marks that turn the direction of text: none belongs in a log line. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** Texts shorter than this are no secrets; taking them out would only make errors unreadable. */
const MIN_SECRET = 4;

/** Nobody reads more of a foreign text than this, however long the answer was. */
const READ_CHARACTERS = 65_536;

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

/** At most `max` characters; what was cut is shown by an ellipsis. */
export function clip(text: string, max: number): string {
  const characters = Array.from(text);
  return characters.length <= max ? text : `${characters.slice(0, max - 1).join('')}…`;
}

/** Foreign text made fit for an error: one line, no secrets, at most `max` characters. */
export function cleanText(text: string, secrets: readonly string[], max: number): string {
  const start = redact(text, secrets).slice(0, READ_CHARACTERS);
  const line = start.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();
  return clip(redact(line, secrets), max);
}
