import { createEventGroup, type EventGroupMarker } from '@temporalio/workflow';

/** Events of a step stand together in the Temporal UI. */
export class StepGroups {
  readonly #made = new Map<string, EventGroupMarker>();

  of(step: string): EventGroupMarker {
    const known = this.#made.get(step) ?? createEventGroup(step);
    this.#made.set(step, known);
    return known;
  }
}
