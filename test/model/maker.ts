/** Owner of a POST or cancel. The model knows it, the service does not. */
export interface Maker {
  readonly workflow: string;
  readonly submission: string;
}
