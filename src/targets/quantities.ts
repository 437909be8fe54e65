// Kubernetes quantities, written as the API server writes them back, so that nobody sees a difference where there is none.

/** Processor cores: whole ones, else thousandths. */
export function cpuQuantity(cores: number): string {
  return Number.isInteger(cores) ? String(cores) : `${Math.round(cores * 1000)}m`;
}

/** Bytes, in the largest unit that leaves a whole number. */
export function byteQuantity(bytes: number): string {
  const whole = Math.ceil(bytes);
  const units = [
    ['Gi', 1024 ** 3],
    ['Mi', 1024 ** 2],
    ['Ki', 1024],
  ] as const;
  const [unit, size] = units.find(([, each]) => whole % each === 0) ?? ['', 1];
  return `${whole / size}${unit}`;
}
