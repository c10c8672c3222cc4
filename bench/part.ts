import type { Row } from './rows.js';
import type { Bench } from './stand.js';

/** What is measured in one go, and said with it. */
export interface Part {
  readonly measure: (bench: Bench) => Promise<readonly Row[]>;
  /** Under which settings, beside those that all parts share. */
  readonly settingsOf: (bench: Pick<Bench, 'seed'>) => Readonly<Record<string, unknown>>;
  /** What the numbers do not tell. */
  readonly notMeasured: readonly string[];
}
