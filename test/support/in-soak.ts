/** `usual` in `npm test`, `soak` in `npm run soak`: a bound of a test, or the rows of its table. */
export const inSoak = <Value>(usual: Value, soak: Value): Value =>
  process.env['SOAK'] === '1' ? soak : usual;
