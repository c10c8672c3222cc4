import { inject, TestRunner, type RunnerTask, type RunnerTestFile } from 'vitest';

type Config = ConstructorParameters<typeof TestRunner>[0];

/**
 * Skips whole files, hooks included, when there is no server: no test has to ask for itself.
 * Runs the tests of a file beside each other, since each has a service, a task queue and workers of its own: where
 * they share something, `{ concurrent: false }` says so. (The option `sequence.concurrent` holds for all projects.)
 */
export default class ServerRunner extends TestRunner {
  constructor(config: Config) {
    super({ ...config, sequence: { ...config.sequence, concurrent: true } });
  }

  onCollected(files: readonly RunnerTestFile[]): void {
    if (inject('temporalUnavailable') !== '') skipAll(files);
    files.forEach(runsBeside);
  }
}

function skipAll(tasks: readonly RunnerTask[]): void {
  for (const task of tasks) {
    if (task.mode === 'run') task.mode = 'skip';
    if ('tasks' in task) skipAll(task.tasks);
  }
}

/** A suite runs beside others when all within it does. */
function runsBeside(task: RunnerTask): boolean {
  if ('tasks' in task) task.concurrent = task.tasks.map(runsBeside).every(Boolean);
  return task.concurrent === true;
}
