/** The value that a record has of its own under a name: never one that every object inherits, such as `toString`. */
export const own = <Value>(
  record: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
