/** Closes a switch over a union: the compiler refuses a case left out, and a value from outside the types is a bug. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case: ${JSON.stringify(value)}`);
}
