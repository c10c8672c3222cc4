import { pathText } from '../../contract/validate.js';

/** Path in a pipeline definition, from its root. */
export type SpecPath = readonly (string | number)[];

export interface SpecProblem {
  readonly path: SpecPath;
  readonly message: string;
  /** The name at the end of the path is wrong, not its value. */
  readonly isKey?: boolean;
  /** Offset in the string at the path where the problem begins, from 0. */
  readonly at?: number;
}

/** E.g. `steps.extract.needs[0]: there is no step load`. */
export const problemText = ({ path, message }: SpecProblem): string =>
  `${path.length === 0 ? 'the pipeline' : pathText(path)}: ${message}`;

/** As {@link problemText}, with the character in the string, counted from 1; for definitions that are not in a file. */
export const problemLine = (problem: SpecProblem): string =>
  problem.at === undefined
    ? problemText(problem)
    : `${problemText(problem)} (character ${problem.at + 1})`;
