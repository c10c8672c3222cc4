import { describe, expect, it } from 'vitest';
import { exploreWorld, LARGE_WORLDS } from '../model/explorer/bounds.js';

const MAX_STATES = 2_000_000;
const AN_HOUR = 3_600_000;

describe('the submit protocol, in every state of larger worlds', () => {
  it.each(Object.entries(LARGE_WORLDS))(
    'holds: %s',
    (name, settings) => {
      const { breach, isCut } = exploreWorld(name, settings, MAX_STATES);
      expect(breach).toBeUndefined();
      expect(isCut).toBe(false);
    },
    AN_HOUR,
  );
});
