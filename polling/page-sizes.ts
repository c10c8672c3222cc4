/**
 * How many rows a page of a service holds, as far as its pages have shown: it may hold fewer than were asked for, and
 * say nothing of it (NOTES §5.11).
 */
export class PageSizes {
  #largest = 0;
  #isCapped = false;

  /** Whether another page may follow one that holds so many of the rows asked for; `perhaps` unless it is proven. */
  followed(held: number, asked: number): 'yes' | 'no' | 'perhaps' {
    if (held >= asked || (this.#isCapped && held >= this.#largest)) return 'yes';
    return held < this.#largest ? 'no' : 'perhaps';
  }

  /** A page was read; `before`: how many rows the page before it holds, where that was read too. */
  saw(held: number, asked: number, before: number | undefined): void {
    this.#largest = Math.max(this.#largest, held);
    if (before !== undefined && before < asked && before >= this.#largest) {
      this.#isCapped = true;
    }
  }
}
