import type { ServiceContact } from './profile-watch.js';

/** What is known of a worker when somebody asks whether it is ready. Points in time are of a clock that only runs forward. */
export interface WorkerFacts {
  /** The SDK's word for it, e.g. `RUNNING`, `DRAINING`. */
  readonly state: string;
  /** Pollers of the SDK that ask nobody for work any more, by what they poll for. */
  readonly failedPollers: readonly string[];
  /** When Temporal last answered; undefined: never. */
  readonly temporalMs: number | undefined;
  /** By profile. */
  readonly services: ReadonlyMap<string, ServiceContact>;
}

/**
 * Why a worker is not ready; empty when it is. Both Temporal and the services must have answered within `withinMs`: one
 * failed call is no outage.
 */
export function readinessProblems(
  { state, failedPollers, temporalMs, services }: WorkerFacts,
  { nowMs, withinMs }: { readonly nowMs: number; readonly withinMs: number },
): readonly string[] {
  const silence = (answeredMs: number | undefined): string | undefined => {
    if (answeredMs === undefined) return 'has not answered yet';
    const ms = nowMs - answeredMs;
    return ms > withinMs ? `has not answered for ${Math.round(ms / 1_000)} s` : undefined;
  };
  const temporal = silence(temporalMs);
  return [
    ...(state === 'RUNNING' ? [] : [`the worker is ${state}`]),
    ...failedPollers.map((what) => `the worker polls no ${what} any more`),
    ...(temporal === undefined ? [] : [`Temporal ${temporal}`]),
    ...Array.from(services).flatMap(([profile, { answeredMs, trouble }]) => {
      const said = silence(answeredMs);
      const why = trouble === undefined ? '' : ` (${trouble})`;
      return said === undefined ? [] : [`the service of profile ${profile} ${said}${why}`];
    }),
  ];
}
