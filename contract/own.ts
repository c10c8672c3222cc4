/** Value of an own property. A name such as `toString` finds nothing that objects inherit. */
export const own = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
