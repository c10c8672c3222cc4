import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createServiceClock, signingMs, type Instant } from '../../../client/http/service-clock.js';

const START = Date.UTC(2026, 10, 21);

/** A process whose clocks the test moves, and a service whose clock is `offsetMs` away from true time. */
function aWorld(offsetMs: number) {
  let trueMs = START;
  let wallMs = START;
  let monotonicMs = 5_000;
  const clock = createServiceClock({ wallMs: () => wallMs, monotonicMs: () => monotonicMs });
  const now = (): Instant => ({ wallMs, monotonicMs });
  const serviceMs = () => trueMs + offsetMs;
  const pass = (ms: number) => {
    trueMs += ms;
    wallMs += ms;
    monotonicMs += ms;
  };
  return {
    clock,
    serviceMs,
    pass,
    /** The machine sleeps: people's clock goes on, the monotonic one stands still. */
    suspend: (ms: number) => {
      trueMs += ms;
      wallMs += ms;
    },
    /** Somebody sets the wall clock. */
    setWall: (byMs: number) => {
      wallMs += byMs;
    },
    /** A call whose Date header is made `thereMs` after the request left and arrives `backMs` later. */
    call: (thereMs: number, backMs: number, asleepMs = 0) => {
      const sent = now();
      pass(thereMs);
      const dateMs = Math.floor(serviceMs() / 1_000) * 1_000;
      trueMs += asleepMs;
      wallMs += asleepMs;
      pass(backMs);
      clock.observe({ sent, received: now(), dateMs });
    },
  };
}

const HOUR_MS = 3_600_000;
const delayMs = fc.integer({ min: 0, max: 20_000 });
const spanMs = fc.integer({ min: 0, max: HOUR_MS });
const aCall = fc.record({ kind: fc.constant('call' as const), thereMs: delayMs, backMs: delayMs });
const aPause = fc.record({ kind: fc.constant('pass' as const), ms: spanMs });
const aSleep = fc.record({ kind: fc.constant('suspend' as const), ms: spanMs });
const aSleepyCall = fc.record({
  kind: fc.constant('call' as const),
  thereMs: delayMs,
  backMs: delayMs,
  asleepMs: spanMs,
});
const aSetting = fc.record({
  kind: fc.constant('setWall' as const),
  ms: fc.integer({ min: -HOUR_MS, max: HOUR_MS }),
});
const anOffset = fc.integer({ min: -24 * HOUR_MS, max: 24 * HOUR_MS });

type Step =
  | {
      readonly kind: 'call';
      readonly thereMs: number;
      readonly backMs: number;
      readonly asleepMs?: number;
    }
  | { readonly kind: 'pass' | 'suspend' | 'setWall'; readonly ms: number };

function expectTrueBounds(offsetMs: number, steps: readonly Step[]): void {
  const world = aWorld(offsetMs);
  world.call(10, 10);
  for (const step of steps) {
    if (step.kind === 'call') world.call(step.thereMs, step.backMs, step.asleepMs);
    else world[step.kind](step.ms);
    expect(world.clock.earliestMs()).toBeLessThanOrEqual(world.serviceMs());
    expect(world.clock.latestMs()).toBeGreaterThanOrEqual(world.serviceMs());
  }
}

describe('createServiceClock', () => {
  test.prop([anOffset, fc.array(fc.oneof(aCall, aPause, aSleep, aSleepyCall), { maxLength: 40 })])(
    'bounds the true service time whatever the offset, the delays and the suspensions',
    expectTrueBounds,
  );

  test.prop([anOffset, fc.array(fc.oneof(aCall, aPause, aSetting), { maxLength: 40 })])(
    'bounds the true service time whoever sets the wall clock of a machine that does not sleep',
    expectTrueBounds,
  );

  it('shows the wall clock of the process before the first answer', () => {
    const { clock } = aWorld(HOUR_MS);
    expect([clock.earliestMs(), clock.latestMs(), clock.signingMs('learned')]).toEqual([
      START,
      START,
      START,
    ]);
  });

  it('knows the time within the second of the Date header plus the way', () => {
    const world = aWorld(HOUR_MS);
    world.call(100, 200);
    expect(world.clock.latestMs() - world.clock.earliestMs()).toBeLessThanOrEqual(1_301);
  });

  it('comes nearer with answers at different parts of the second', () => {
    const world = aWorld(0);
    for (let ms = 0; ms < 10; ms += 1) {
      world.call(5, 5);
      world.pass(340);
    }
    expect(world.clock.latestMs() - world.clock.earliestMs()).toBeLessThan(500);
  });

  it('believes most of its answers: one decides nothing, many do (C17)', () => {
    const world = aWorld(0);
    const answerAhead = () => {
      const sent = { wallMs: START + 10, monotonicMs: 5_010 };
      world.clock.observe({ sent, received: sent, dateMs: START + HOUR_MS });
    };
    world.call(5, 5);
    world.call(5, 5);
    answerAhead();
    expect(world.clock.latestMs()).toBeLessThan(START + 2_000);
    expect(world.clock.isDisputed()).toBe(false);
    answerAhead();
    expect(world.clock.earliestMs()).toBeGreaterThanOrEqual(START + HOUR_MS);
    for (let answer = 0; answer < 20; answer += 1) world.call(5, 5);
    expect(world.clock.latestMs()).toBeLessThan(START + 10_000);
  });
});

describe('the time that a permit counts from (S2)', () => {
  const answer = (world: ReturnType<typeof aWorld>, aheadMs: number): void => {
    const at = { wallMs: START, monotonicMs: 5_000 };
    world.clock.observe({ sent: at, received: at, dateMs: START + aheadMs });
  };

  it('is that of the earliest of a few answers that disagree, however many are ahead', () => {
    const world = aWorld(0);
    for (const aheadMs of [60_000, 0, 60_000, 60_000, 60_000]) answer(world, aheadMs);
    expect(world.clock.earliestMs()).toBeGreaterThanOrEqual(START + 60_000);
    expect(world.clock.atLeastMs()).toBeLessThan(START + 1_000);
  });

  it('is that of a quarter once there are more, however many are ahead, so that a few that are behind hold up no start', () => {
    const world = aWorld(0);
    for (const aheadMs of [-60_000, -60_000, 0, 0, 0, 0]) answer(world, aheadMs);
    for (let nth = 0; nth < 6; nth += 1) answer(world, 60_000);
    expect(world.clock.earliestMs()).toBeGreaterThanOrEqual(START + 60_000);
    expect(world.clock.atLeastMs()).toBe(START);
  });

  it('is as near as the answers bound it where they agree', () => {
    const world = aWorld(0);
    for (let nth = 0; nth < 4; nth += 1) answer(world, nth * 200);
    expect(world.clock.atLeastMs()).toBe(world.clock.earliestMs());
  });
});

describe('the clock that is signed by', () => {
  it.each<[string, number, 'the other was refused' | undefined, 'own' | 'learned']>([
    ['100 s apart, where its signature was taken: both may be', 100_000, undefined, 'learned'],
    ['100 s apart, where the other’s was refused', 100_000, 'the other was refused', 'own'],
    [
      'an hour apart, where its signature was taken: the other’s cannot be',
      HOUR_MS,
      undefined,
      'own',
    ],
    ['together, whatever was taken', 0, 'the other was refused', 'learned'],
  ])('with an own clock %s', (_, apartMs, why, expected) => {
    const world = aWorld(apartMs);
    world.call(5, 5);
    world.clock.accept('own', why);
    expect(world.clock.accepted()).toBe(expected);
  });
});

describe('signingMs', () => {
  const bounds = { earliestMs: 10_000, latestMs: 11_000 };

  it.each([8_000, 10_500, 13_000])('takes the own clock at %i, near enough to the bounds', (ms) => {
    expect(signingMs(bounds, ms)).toBe(ms);
  });

  it.each([0, 7_999, 13_001, 9e9])('takes the middle of the bounds when it shows %i', (ms) => {
    expect(signingMs(bounds, ms)).toBe(10_500);
  });
});
