/** One break that the tool made. */
export interface Break {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** Stryker's name of what was changed. */
  readonly kind: string;
  readonly becomes: string;
}

/** `endless`: the tests never ended, which counts as noticed. `notMet`: no test runs the expression. */
export interface Tried extends Break {
  readonly how: 'noticed' | 'endless' | 'survived' | 'notMet';
}

const isKilled = ({ how }: Tried): boolean => how === 'noticed' || how === 'endless';
const score = (tried: readonly Tried[]): string => {
  const killed = tried.filter(isKilled).length;
  return `${killed} of ${tried.length} (${((100 * killed) / tried.length).toFixed(1)} %)`;
};

/** The score, in total and by file, and the breaks that no test noticed. */
export function reportOf(group: string, count: number, tried: readonly Tried[]): string {
  const files = [...new Set(tried.map(({ file }) => file))].toSorted();
  const soFar = tried.length < count ? `, of ${count} in all so far` : '';
  const endless = tried.filter(({ how }) => how === 'endless').length;
  const left = tried
    .filter((one) => !isKilled(one))
    .toSorted((one, other) => one.file.localeCompare(other.file) || one.line - other.line);
  return [
    `# ${group}: ${score(tried)} breaks noticed${soFar}`,
    `${endless} of them because the tests did not end.`,
    '',
    ...files.map((file) => `- ${file}: ${score(tried.filter((one) => one.file === file))}`),
    ...(left.length > 0 ? ['', '## Not noticed', ''] : []),
    ...left.map(
      ({ file, line, kind, becomes, how }) =>
        `- ${file}:${line} ${kind} → \`${becomes}\`${how === 'notMet' ? ' (no test runs it)' : ''}`,
    ),
    '',
  ].join('\n');
}
