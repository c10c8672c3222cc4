import { pathText } from '../../contract/validate.js';
/** Where in a pipeline, from its root. */
export type SpecPath = readonly (string | number)[];

/** One thing wrong with a pipeline. */
export interface SpecProblem {
  readonly path: SpecPath;
  readonly message: string;
  /** The name at the end of the path is wrong, not its value. */
  readonly isKey?: boolean;
  /** Within the text at the path: the character at which the problem begins, from 0. */
  readonly at?: number;
}

/** `steps.extract.needs[0]: there is no step load`. */
export const problemText = ({ path, message }: SpecProblem): string =>
  `${path.length === 0 ? 'the pipeline' : pathText(path)}: ${message}`;

/** The same, with the place in a text counted from 1: for who has no lines and columns. */
export const problemLine = (problem: SpecProblem): string =>
  problem.at === undefined
    ? problemText(problem)
    : `${problemText(problem)} (character ${problem.at + 1})`;
