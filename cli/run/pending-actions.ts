import { type AllProgress, jobRunsOf, pipelinesOf } from '../../contract/progress.js';

/** What waits for a person, with the command that answers. */
export function pendingActions(workflowId: string, all: AllProgress): readonly string[] {
  const held = jobRunsOf(all).some(({ phase }) => phase === 'awaiting-resolution');
  return [
    ...(held ? [`a start needs your decision: dataflow resolve ${workflowId}`] : []),
    ...pipelinesOf(all).flatMap(({ phase, steps }) => [
      ...Object.entries(steps)
        .filter(([, { kind, status }]) => kind === 'approval' && status === 'running')
        .map(
          ([id]) =>
            `${id} needs your decision: dataflow pipeline approve ${workflowId} ${id}, or dataflow pipeline reject ${workflowId} ${id}`,
        ),
      ...(phase === 'held'
        ? [
            `the run is held open: dataflow pipeline retry-step ${workflowId} <step>, or dataflow pipeline skip-step ${workflowId} <step>`,
          ]
        : []),
    ]),
  ];
}
