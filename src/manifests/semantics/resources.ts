import type { ManifestProblem } from '../problem.ts';
import { parseQuantity, type Quantity } from '../quantity.ts';
import { at, type Cursor, entries, fault, has, items, keyFault } from './cursor.ts';
import { isQualifiedName } from './names.ts';

/** Requests and limits of a container: no negative amounts, requests within limits, devices the same in both. */
export function resourceProblems(resources: Cursor): ManifestProblem[] {
  const problems = [...amounts(resources, 'limits'), ...amounts(resources, 'requests')];
  for (const [name, request] of entries(resources, 'requests')) {
    const limit = quantityOf(at(resources, 'limits', name));
    const asked = quantityOf(request);
    if (asked === undefined || limit === undefined) continue;
    if (isDevice(name) && asked !== limit) {
      problems.push(fault(request, `The request of ${name} must equal its limit, since it cannot be shared.`));
    } else if (asked > limit) {
      const text = `${String(request.value)} is more than the limit of ${String(at(resources, 'limits', name).value)}`;
      problems.push(fault(request, `The request of ${name}, ${text}.`));
    }
  }
  for (const [name, request] of entries(resources, 'requests')) {
    if (isDevice(name) && !has(resources, 'limits', name))
      problems.push(fault(request, `The resource ${name} needs a limit equal to its request.`));
  }
  return problems;
}

function amounts(resources: Cursor, field: string): ManifestProblem[] {
  return entries(resources, field).flatMap(([name, amount]) => {
    const quantity = quantityOf(amount);
    if (!isResource(name))
      return [
        keyFault(amount, `"${name}" is no resource; there are cpu, memory, and those of devices, named by a domain.`),
      ];
    // Custom resources often leave resources open, so that no schema has seen these.
    if (quantity === undefined) return [fault(amount, `The amount of ${name} is not a quantity such as 500m or 2Gi.`)];
    if (quantity < 0n) return [fault(amount, `The amount of ${name} must not be negative.`)];
    const whole = isDevice(name) && quantity % 10n ** 9n !== 0n;
    return whole ? [fault(amount, `The amount of ${name} must be a whole number.`)] : [];
  });
}

/** What a container can ask for by a name without a domain (Kubernetes 1.36). */
function isResource(name: string): boolean {
  if (!isQualifiedName(name)) return false;
  return name.includes('/') || name.startsWith('hugepages-') || ['cpu', 'memory', 'ephemeral-storage'].includes(name);
}

/** Elsewhere null means absence; in a map of amounts it counts as 0, which nobody means. Expects an object as people wrote it. */
export function nullAmounts(written: Cursor): ManifestProblem[] {
  const below = Array.isArray(written.value) ? items(written) : entries(written).map(([, value]) => value);
  const amounts = ['limits', 'requests'].flatMap((field) => entries(written, 'resources', field));
  return [
    ...amounts.flatMap(([name, { value, path }]) =>
      value === null ? [fault({ value, path }, `null counts as 0 here; leave ${name} out, or say how much.`)] : [],
    ),
    ...below.flatMap(nullAmounts),
  ];
}

/** Extended resources, such as GPUs, are named by a vendor's domain. */
function isDevice(name: string): boolean {
  return name.includes('/') && !name.startsWith('kubernetes.io/');
}

function quantityOf({ value }: Cursor): Quantity | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined;
}
