import { inject, TestRunner, type RunnerTask, type RunnerTestFile } from 'vitest';

/** Skips whole files, hooks included, when there is no server: no test has to ask for itself. */
export default class ServerRunner extends TestRunner {
  onCollected(files: readonly RunnerTestFile[]): void {
    if (inject('temporalUnavailable') === '') return;
    skipAll(files);
  }
}

function skipAll(tasks: readonly RunnerTask[]): void {
  for (const task of tasks) {
    if (task.mode === 'run') task.mode = 'skip';
    if ('tasks' in task) skipAll(task.tasks);
  }
}
