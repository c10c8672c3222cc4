import type { ParameterValue } from '../../contract/pipeline.js';

/** Longest value that names an item. */
const MAX_VALUE = 40;

/** Name of an item of `forEach` for people: its value where that is short, else its position. */
export function itemName(value: ParameterValue | undefined, index: number): string {
  if (value === undefined) return `item ${index}`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text === '' || text.length > MAX_VALUE ? `item ${index}` : text;
}
