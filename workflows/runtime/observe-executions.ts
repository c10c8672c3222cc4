import type { JobExecution } from '../../contract/job.js';
import type { RemotePort } from '../remote-run/port.js';
import type { RunPort, VerbResult } from '../job-run/port.js';

type OnExecution = (execution: JobExecution) => void;

/** Observes the promise without awaiting it, so that command order and replay do not change. */
function seen<Value>(
  waited: Promise<VerbResult<Value>>,
  onValue: (value: Value) => void,
): Promise<VerbResult<Value>> {
  waited.then(
    (came) => {
      if (came.kind === 'done') onValue(came.value);
    },
    () => undefined,
  );
  return waited;
}

/** Wraps the port of a run: `onExecution` is called with every execution that its verbs return. */
export const observeExecutions = (port: RunPort, onExecution: OnExecution): RunPort => ({
  ...port,
  awaitEnd: (input, limits) =>
    seen(port.awaitEnd(input, limits), ({ execution }) => {
      onExecution(execution);
    }),
  stop: (input, limits) =>
    seen(port.stop(input, limits), ({ execution }) => {
      onExecution(execution);
    }),
  read: (input, limits) => seen(port.read(input, limits), onExecution),
});

/** The same for a run of a remote workflow. */
export const seenInRemoteRun = (port: RemotePort, onExecution: OnExecution): RemotePort => ({
  ...port,
  follow: (input, limits) =>
    seen(port.follow(input, limits), ({ ended }) => {
      ended.forEach(onExecution);
    }),
  stop: (input, limits) =>
    seen(port.stop(input, limits), ({ execution }) => {
      onExecution(execution);
    }),
});
