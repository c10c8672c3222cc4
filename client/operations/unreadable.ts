/** An answer, or a member of one, that is not what the operation answers. Becomes a DataFlowCallError. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  /** Path of the member, e.g. `list.3.jobId`; empty: the answer as a whole. */
  readonly member: string;

  constructor(member: string, problem: string) {
    super(member === '' ? problem : `${member}: ${problem}`);
    this.member = member;
  }
}

/** What came instead, in words. Foreign text of any length: cleaned and clipped where it is shown, not before. */
export const inWords = (value: unknown): string =>
  value === undefined ? 'nothing' : JSON.stringify(value);
