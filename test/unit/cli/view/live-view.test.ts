import { describe, expect, it } from 'vitest';
import { createLines } from '../../../../cli/view/live-view.js';

const picture = (...texts: readonly (readonly [string, string])[]) => ({
  lines: texts.map(([key, text]) => ({ key, text })),
  sections: [],
});

describe('createLines', () => {
  it('writes a line per change, without clock or cursor codes', () => {
    const written: string[] = [];
    const view = createLines({ write: (text: string) => written.push(text) > 0 });
    view.show(picture(['a', 'READY']));
    view.show(picture(['a', 'READY'], ['b', '']));
    view.show(picture(['a', 'RUNNING'], ['b', 'READY']));
    view.note('told');
    view.end(true);
    expect(written).toEqual(['READY\n', 'RUNNING\n', 'READY\n', 'told\n']);
  });
});
