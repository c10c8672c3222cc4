import { inject } from 'vitest';

// On a laptop tests without a server are skipped. In CI a missing server fails each file.
if (process.env['REQUIRE_TEMPORAL'] === '1' && inject('temporalUnavailable') !== '') {
  throw new Error(`REQUIRE_TEMPORAL=1, but: ${inject('temporalUnavailable')}`);
}
