/**
 * A bound of a test, or the rows of its table: `usual` in `npm test`, `soak` in `npm run soak`, which runs the same test
 * for longer.
 */
export const inSoak = <Value>(usual: Value, soak: Value): Value =>
  process.env['SOAK'] === '1' ? soak : usual;
