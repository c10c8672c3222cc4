import { inject, TestRunner, type RunnerTask, type RunnerTestFile } from 'vitest';

type Config = ConstructorParameters<typeof TestRunner>[0];

/**
 * Skips whole files with their hooks if there is no server. Runs the tests of a file concurrently, because each has
 * its own service, task queue and workers; `{ concurrent: false }` marks exceptions. (The option
 * `sequence.concurrent` would apply to all projects.)
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

/** A suite is concurrent if all in it is. */
function runsBeside(task: RunnerTask): boolean {
  if ('tasks' in task) task.concurrent = task.tasks.map(runsBeside).every(Boolean);
  return task.concurrent === true;
}
