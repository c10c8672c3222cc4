import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DataFlowInvalidInputError } from '../../client/errors.js';
import type { WrittenPipeline } from '../../pipeline/definition/pipeline-schema.js';
import {
  readPipelineYaml,
  type ReadPipeline,
} from '../../pipeline/definition/read-pipeline-yaml.js';
import { readText } from '../read-text.js';

/** Reads a pipeline and the files that it names; `-` is stdin. A problem is `file:line:col: what is wrong`. */
export async function readPipelineFile(file: string): Promise<ReadPipeline> {
  let text: string;
  try {
    text = await readText(file);
  } catch (error) {
    return { problems: [(error as Error).message] };
  }
  return readPipelineYaml(text, file === '-' ? 'stdin' : file, { readFile: readBeside });
}

/** @throws DataFlowInvalidInputError naming all problems of the file */
export async function readRightPipeline(file: string): Promise<WrittenPipeline> {
  const read = await readPipelineFile(file);
  if ('problems' in read) throw new DataFlowInvalidInputError('dataflow pipeline', read.problems);
  return read.spec;
}

function readBeside(
  reference: string,
  from: string,
): { readonly fileName: string; readonly text: string } | undefined {
  const fileName = join(dirname(from), reference);
  try {
    return { fileName, text: readFileSync(fileName, 'utf8') };
  } catch {
    return undefined;
  }
}
