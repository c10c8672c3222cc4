import { describe, expect, it } from 'vitest';
import { createLines } from '../../../../cli/view/live-view.js';

describe('createLines', () => {
  it('writes a line per change, without clock or cursor codes', () => {
    const written: string[] = [];
    const view = createLines({ write: (text: string) => written.push(text) > 0 });
    view.show([{ key: 'a', text: 'READY' }], 1_000);
    view.show([{ key: 'a', text: 'READY' }], 2_000);
    view.show(
      [
        { key: 'a', text: 'RUNNING' },
        { key: 'b', text: 'READY' },
      ],
      3_000,
    );
    view.note('told');
    view.end();
    expect(written).toEqual(['READY\n', 'RUNNING\n', 'READY\n', 'told\n']);
  });
});
