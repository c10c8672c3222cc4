export type Environment = Readonly<Record<string, string | undefined>>;

/** `undefined` if the variable is unset or empty: a container unsets a variable by making it empty. */
export const valueOf = (env: Environment, name: string): string | undefined =>
  env[name] === '' ? undefined : env[name];
