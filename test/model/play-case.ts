import type { RunJobRequest } from '../../contract/run.js';
import type { ForeignExecution } from '../../simulator/job-script.js';
import type { Happening, ModelCase } from './random-case.js';
import type { CallPlan, WireCall } from './wire.js';
import { World } from './world.js';

/** Reads and cancels fail until this time only, so that runs end. */
const FAULTS_UNTIL_MS = 900_000;
const KEY_PARAMETER = 'runKey';
const LONG_AGO_MS = 120_000;

/** Plays a random schedule to its end. */
export async function playCase(drawn: ModelCase): Promise<World> {
  const outages = drawn.happenings.filter((one) => one.kind === 'outage');
  let posts = 0;
  const world: World = new World({
    seed: drawn.seed,
    job: {
      maxConcurrentRuns: drawn.most,
      history: drawn.history,
      executions: drawn.executions,
    },
    switches: {
      overLimit: drawn.overLimit,
      ...drawn.lists,
      ...drawn.habits,
      cancelLatencyMs: drawn.cancelLatencyMs,
      cancelOnTerminal: drawn.cancelOnTerminal,
      ...drawn.clocks,
      ...(!drawn.postsExpire && { maxSignatureAgeMs: null }),
    },
    timings: {
      maxListingDelayMs: drawn.maxListingDelayMs,
      ...(!drawn.postsExpire && { backdateSubmit: 'off' }),
    },
    planOf: (call) => {
      const { elapsedMs } = world.time;
      const outage = outages.find((one) => one.atMs <= elapsedMs && elapsedMs < one.atMs + one.ms);
      if (call.operation === 'executeJob') posts += 1;
      const known = call.operation === 'executeJob' ? drawn.posts[posts - 1] : undefined;
      if (outage !== undefined) return { ...OUTAGES[outage.how], ...lagsOf(drawn, known) };
      if (known !== undefined) return { ...known, ...lagsOf(drawn, known) };
      return anyPlan(drawn, call, world);
    },
    delays: {
      delivery: () => 5 + world.random() * drawn.slownessMs,
      report: () => 5 + (world.random() * drawn.slownessMs) / 4,
      toFrozen: () => world.random() < 0.3,
      reportsLater: () => world.random() < 0.7,
      hold: () => world.random() * drawn.holdMs,
    },
    taskDelay: () => 5 + world.random() * drawn.slownessMs,
    wordAfterMs: drawn.wordAfterMs,
  });
  for (const wallOffMs of drawn.workers) world.addWorker(wallOffMs);
  for (let bare = 0; bare < drawn.bareWorkers; bare += 1) world.addWorker(0, false);
  drawn.requests.forEach((request, index) => {
    const workflow = world.addWorkflow({ ...request, ...sureness(drawn) });
    world.at(drawn.startsMs[index] ?? 0, () => {
      workflow.start();
    });
  });
  for (const happening of drawn.happenings) {
    world.at(happening.atMs, () => {
      happen(world, happening);
    });
  }
  await world.play();
  return world;
}

function sureness({ exactMatch }: ModelCase): Partial<RunJobRequest> {
  if (exactMatch === 'none') return {};
  return exactMatch === 'runKey' ? { runKeyParameter: KEY_PARAMETER } : { exclusive: true };
}

const OUTAGES = {
  unreachable: { unreachable: true },
  '503': { effect: { status: 503 } },
  silent: { lostRequest: true, lostAnswer: 'silent' },
} as const satisfies Record<string, CallPlan>;

function lagsOf(
  { maxListingDelayMs, lateness }: ModelCase,
  { creation, listing } = { creation: 0.2, listing: 0.3 },
): Pick<CallPlan, 'creationLagMs' | 'listLagMs'> {
  return {
    creationLagMs: Math.floor(creation * lateness * maxListingDelayMs),
    listLagMs: Math.floor(listing * lateness * maxListingDelayMs),
  };
}

function anyPlan(drawn: ModelCase, call: WireCall, { time, random }: World): CallPlan {
  const slow = { requestMs: 5 + random() * 200, answerMs: 5 + random() * 200 };
  const lags = call.operation === 'executeJob' ? lagsOf(drawn) : {};
  const goesWrong = time.elapsedMs < FAULTS_UNTIL_MS && random() < drawn.faultRate;
  if (!goesWrong) return { ...slow, ...lags };
  const ways: readonly CallPlan[] = [
    { lostAnswer: 'reset' },
    { lostAnswer: 'silent' },
    { unreachable: true },
    { effect: { status: 503, handled: random() < 0.5 } },
    { effect: { status: 500 } },
    { effect: { status: 429, headers: { 'retry-after': '3' } } },
    { effect: { garbage: true } },
    { effect: { cut: true } },
    { requestMs: 20_000 },
    { answerMs: 20_000 },
  ];
  return { ...slow, ...lags, ...ways[Math.floor(random() * ways.length)] };
}

function happen(world: World, happening: Happening): void {
  const { temporal, workflows, time } = world;
  time.note(JSON.stringify(happening));
  const worker = (index: number) => temporal.workers[index % temporal.workers.length]!;
  const workflow = (index: number) => workflows[index % workflows.length]!;
  switch (happening.kind) {
    case 'kill':
      worker(happening.worker).kill();
      world.time.in(happening.backAfterMs, () => {
        world.addWorker();
      });
      return;
    case 'freeze':
      worker(happening.worker).freeze(happening.ms, happening.how);
      return;
    case 'cut off':
      worker(happening.worker).cutOffUntilMs = world.time.nowMs + happening.ms;
      return;
    case 'wall clock':
      worker(happening.worker).setWallClock(happening.offMs);
      return;
    case 'reset activity':
      workflow(happening.workflow).runningActivity?.reset();
      return;
    case 'reset workflow':
      workflow(happening.workflow).reset(happening.place);
      return;
    case 'cancel':
      workflow(happening.workflow).cancel();
      return;
    case 'outage': // every call checks it
      return;
    case 'foreign':
      world.service.startForeign(foreignOf(happening));
      return;
    case 'rerun':
      rerun(world);
  }
}

function rerun({ service, time }: World): void {
  const ended = service
    .executions()
    .find(
      ({ executionId, endAt }) =>
        service.makers.has(executionId) && time.nowMs - endAt > LONG_AGO_MS,
    );
  if (ended !== undefined) service.startForeign({ jobCondition: ended.jobCondition });
}

const foreignOf = ({
  isEqual,
  isTriggered,
  runningMs,
}: Extract<Happening, { kind: 'foreign' }>): ForeignExecution => ({
  ...(isTriggered && { triggerId: 'trigger1' }),
  ...(!isEqual && { jobCondition: { numWorker: 7 } }),
  execution: { runningMs },
});
