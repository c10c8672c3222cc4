import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPipelineYaml, type WrittenPipeline } from 'temporal-ncloud-dataflow/pipeline';

const FILE = fileURLToPath(new URL('../pipelines/nightly-sales.yaml', import.meta.url));

/** Pause of the demo before a second attempt. In the file it is 1m. */
export const RETRY_PAUSE = '1s';

/** nightly-sales.yaml with another pause. @throws Error naming all problems of the file */
export function nightlySales(): WrittenPipeline {
  const read = readPipelineYaml(readFileSync(FILE, 'utf8'), FILE);
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  const { defaults, ...spec } = read.spec;
  const retry = { ...defaults?.retry, initialInterval: RETRY_PAUSE };
  return { ...spec, defaults: { ...defaults, retry } };
}

/** Activity of the step `report`. */
export function sendReport({ date }: { readonly date: string }): Promise<string> {
  const text = `sales of ${date} are out`;
  process.stdout.write(`         report   sendReport: ${text}\n`);
  return Promise.resolve(text);
}
