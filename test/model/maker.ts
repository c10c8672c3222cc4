/** Whose POST or cancel it is: what the service cannot know, and the model does. */
export interface Maker {
  readonly workflow: string;
  readonly submission: string;
}
