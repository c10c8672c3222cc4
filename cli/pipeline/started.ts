import { print, printJson, say } from '../output.js';

interface How {
  readonly taskQueue: string;
  readonly follow: boolean;
  readonly json: boolean;
}

/** Says which workflow runs a pipeline; the id is data where nothing else follows. */
export function told(workflowId: string, { taskQueue, follow, json }: How): void {
  say(`workflow ${workflowId} runs it on task queue ${taskQueue}`);
  if (follow) return;
  if (json) printJson({ workflowId, taskQueue });
  else print(workflowId);
  say(`to watch it: dataflow pipeline watch ${workflowId}`);
}
