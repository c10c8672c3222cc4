// Workflows that never yield beside ours.
export * from '../../workflows/index.js';
export * from '../workflows/code/looping.js';
