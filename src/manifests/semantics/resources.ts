import type { ManifestProblem } from '../problem.ts';
import { parseQuantity, type Quantity } from '../quantity.ts';
import { at, type Cursor, entries, fault, has } from './cursor.ts';

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
    // Custom resources often leave resources open, so that no schema has seen these.
    if (quantity === undefined) return [fault(amount, `The amount of ${name} is not a quantity such as 500m or 2Gi.`)];
    if (quantity < 0n) return [fault(amount, `The amount of ${name} must not be negative.`)];
    const whole = isDevice(name) && quantity % 10n ** 9n !== 0n;
    return whole ? [fault(amount, `The amount of ${name} must be a whole number.`)] : [];
  });
}

/** Extended resources, such as GPUs, are named by a vendor's domain. */
function isDevice(name: string): boolean {
  return name.includes('/') && !name.startsWith('kubernetes.io/');
}

function quantityOf({ value }: Cursor): Quantity | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseQuantity(value) : undefined;
}
