/** Milliseconds after an interruption in which a command may tell what it has to tell. */
const GRACE = 2000;

/**
 * Fires at the first SIGINT or SIGTERM, which then does not end aigw: for commands that go on until they are interrupted, and end well by that.
 * The second one ends it, and whatever somebody else has not answered by the end of the grace is not waited for.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.removeAllListeners(name);
    process.once(name, () => {
      controller.abort();
      setTimeout(() => process.exit(), GRACE).unref();
    });
  }
  return controller.signal;
}
