export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples in Prometheus' text form. */
export const samplesIn = (text: string): readonly Sample[] =>
  text.split('\n').flatMap((line) => {
    const match = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/i.exec(line);
    if (match === null) return [];
    const [, name = '', labels = '', value] = match;
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/gi)];
    return [
      {
        name,
        labels: Object.fromEntries(pairs.map(([, key = '', text = '']) => [key, text])),
        value: Number(value),
      },
    ];
  });

/** Sums of a metric by the values of these labels, joined with a blank. Zeros are left out. */
export function sumsOf(
  samples: readonly Sample[],
  name: string,
  by: readonly string[],
): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const sample of samples.filter((one) => one.name === name && one.value !== 0)) {
    const key = by.map((label) => sample.labels[label] ?? '').join(' ');
    sums[key] = (sums[key] ?? 0) + sample.value;
  }
  return sums;
}
