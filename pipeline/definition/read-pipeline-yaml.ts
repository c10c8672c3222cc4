import { isRecord } from '../../contract/validate.js';
import { checkInSlices } from './check-pipeline.js';
import type { WrittenPipeline } from './pipeline-schema.js';
import type { SpecPath, SpecProblem } from './problem.js';
import { runAtOnce, type Sliced } from './sliced.js';
import { readYaml, type YamlSource } from './yaml-source.js';

export type ReadPipeline =
  { readonly spec: WrittenPipeline } | { readonly problems: readonly string[] };

export interface ReadPipelineOptions {
  /**
   * Reads the file that a step names in `pipeline`. `reference`: the name in the step. `from`: the file with the step.
   * Returns undefined if there is no such file. @default files are not read, and their names are a problem
   */
  readonly readFile?: (
    reference: string,
    from: string,
  ) => { readonly fileName: string; readonly text: string } | undefined;
}

/** Maximum depth of files that name each other; each is a child workflow of the one before. */
const MAX_FILES = 5;

/**
 * Reads a pipeline from YAML, and the files that it names by `readFile`. Reports all problems together, each as
 * `file:line:col: what is wrong`. Never throws.
 */
export const readPipelineYaml = (
  text: string,
  fileName: string,
  options: ReadPipelineOptions = {},
): ReadPipeline => runAtOnce(readInSlices(text, fileName, options));

/** As {@link readPipelineYaml}, in slices. */
export function* readInSlices(
  text: string,
  fileName: string,
  options: ReadPipelineOptions = {},
): Sliced<ReadPipeline> {
  const reader = new FileReader(options);
  const value = yield* reader.read(text, fileName, [], []);
  if (reader.problems.length > 0) return { problems: reader.problems };
  yield;
  const checked = yield* checkInSlices(value);
  return 'spec' in checked ? checked : { problems: reader.told(checked.problems) };
}

class FileReader {
  readonly problems: string[] = [];
  readonly #options: ReadPipelineOptions;
  /** Files, and the path of each in the whole definition, the outermost first. */
  readonly #sources: { readonly at: SpecPath; readonly source: YamlSource }[] = [];

  constructor(options: ReadPipelineOptions) {
    this.#options = options;
  }

  *read(text: string, fileName: string, at: SpecPath, trail: readonly string[]): Sliced<unknown> {
    const result = yield* readYaml(text, fileName);
    if ('problems' in result) {
      this.problems.push(...result.problems);
      return undefined;
    }
    this.#sources.push({ at, source: result.source });
    yield;
    return yield* this.#withFiles(result.source, at, [...trail, fileName]);
  }

  /** Texts of the problems, each with the file that holds it. */
  told(problems: readonly SpecProblem[]): readonly string[] {
    const isWithin = (path: SpecPath, at: SpecPath): boolean =>
      at.every((part, depth) => part === path[depth]);
    const homeOf = ({ path }: SpecProblem) =>
      this.#sources.findLast(({ at }) => isWithin(path, at));
    return this.#sources.flatMap((home) =>
      home.source.told(
        problems
          .filter((problem) => homeOf(problem) === home)
          .map((problem) => ({ ...problem, path: problem.path.slice(home.at.length) })),
      ),
    );
  }

  *#withFiles(source: YamlSource, at: SpecPath, trail: readonly string[]): Sliced<unknown> {
    const { value } = source;
    if (!isRecord(value) || !isRecord(value['steps'])) return value;
    const steps: (readonly [string, unknown])[] = [];
    for (const [id, step] of Object.entries(value['steps'])) {
      const file = isRecord(step) ? step['pipeline'] : undefined;
      if (typeof file !== 'string') steps.push([id, step]);
      else {
        const path = ['steps', id, 'pipeline'];
        const pipeline = yield* this.#readReference(file, source, at, path, trail);
        steps.push([id, { ...(step as object), pipeline: pipeline ?? file }]);
      }
    }
    return { ...value, steps: Object.fromEntries(steps) };
  }

  *#readReference(
    reference: string,
    source: YamlSource,
    at: SpecPath,
    path: SpecPath,
    trail: readonly string[],
  ): Sliced<unknown> {
    const { readFile } = this.#options;
    if (readFile === undefined) return undefined;
    const found = readFile(reference, source.fileName);
    const message =
      found === undefined
        ? `there is no file ${reference}`
        : trail.includes(found.fileName)
          ? `cycle: ${[...trail, found.fileName].join(' → ')}`
          : trail.length >= MAX_FILES
            ? `more than ${MAX_FILES} files inside each other`
            : undefined;
    if (found !== undefined && message === undefined)
      return yield* this.read(found.text, found.fileName, [...at, ...path], trail);
    this.problems.push(...source.told([{ path, message: message ?? '' }]));
    return undefined;
  }
}
