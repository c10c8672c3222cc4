import { inject } from 'vitest';

// Skipping is a courtesy to a laptop; where the tests decide something, a missing server is a failure of each file.
if (process.env['REQUIRE_TEMPORAL'] === '1' && inject('temporalUnavailable') !== '') {
  throw new Error(`REQUIRE_TEMPORAL=1, but: ${inject('temporalUnavailable')}`);
}
