// Our workflows, and workflows that never yield.
export * from '../../workflows/index.js';
export * from '../workflows/code/looping.js';
