// Workflows that never yield beside those of the built package, which is what a worker process runs.
export * from '../../lib/workflows/index.js';
export * from '../workflows/code/looping.js';
