/** Numbers from 0 (included) to 1 (excluded). A seed always gives the same sequence (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Ids of 12 letters and digits, as in the examples of the documentation. */
export function createIdSource(seed: number): () => string {
  const random = createRandom(seed);
  const letter = (): string => ALPHABET.charAt(Math.floor(random() * ALPHABET.length));
  return () => Array.from({ length: 12 }, letter).join('');
}
