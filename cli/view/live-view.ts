import { createLogUpdate } from 'log-update';
import { durationText } from '../../contract/durations.js';

/** One thing that is being watched. */
export interface LiveLine {
  readonly key: string;
  /** Empty: nothing to say yet. */
  readonly text: string;
  /** What a terminal shows instead, which may have clocks of its own. @default the text and the time since the start */
  readonly live?: string;
}

export interface LiveView {
  /** Shows where all of it stands. */
  show(lines: readonly LiveLine[], elapsedMs: number): void;
  /** Says something that stays. */
  note(text: string): void;
  /** Leaves what is shown, and writes no more over it. */
  end(): void;
}

type Stream = Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean };

/** One live block in a terminal; anywhere else a line per change, without a clock or cursor codes. */
export const createLiveView = (stream: NodeJS.WriteStream): LiveView =>
  stream.isTTY ? createBlock(stream) : createLines(stream);

function createBlock(stream: NodeJS.WriteStream): LiveView {
  const update = createLogUpdate(stream);
  let shown: readonly string[] = [];
  return {
    show: (lines, elapsedMs) => {
      const clock = elapsedMs < 1_000 ? '' : `  ${durationText(elapsedMs)}`;
      shown = lines.map(({ text, live = `${text}${clock}` }) => live);
      update(...shown);
    },
    note: (text) => {
      update.clear();
      stream.write(`${text}\n`);
      update(...shown);
    },
    end: () => {
      update.done();
    },
  };
}

/** Of a stream that is no terminal. */
export function createLines(stream: Stream): LiveView {
  const said = new Map<string, string>();
  return {
    show: (lines) => {
      for (const { key, text } of lines) {
        if (text === '' || said.get(key) === text) continue;
        said.set(key, text);
        stream.write(`${text}\n`);
      }
    },
    note: (text) => void stream.write(`${text}\n`),
    end: () => undefined,
  };
}
