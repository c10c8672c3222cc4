/** Variables of an environment, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value, or `undefined` where it is unset or empty: an empty variable is how a container unsets one. */
export const valueOf = (env: Environment, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];
