import { durationMs } from '../../contract/durations.js';

export type Members = Readonly<Record<string, unknown>>;
export const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Collects what is wrong, each with its place and remedy, so that all of it is told at once. */
export class Problems {
  readonly found: string[] = [];
  check(holds: boolean, place: string, remedy: string): void {
    if (!holds) this.found.push(`${place}: ${remedy}`);
  }
  unknownNames(members: Members, known: readonly string[], place: string): void {
    for (const name of Object.keys(members)) {
      this.check(known.includes(name), `${place}${name}`, `unknown; known are ${known.join(', ')}`);
    }
  }
  duration(value: unknown, place: string): void {
    const right = value === undefined || durationMs(value) !== undefined;
    this.check(
      right,
      place,
      `${JSON.stringify(value)} is no duration; give ms or a text such as 90s, 2h 30m`,
    );
  }
}
