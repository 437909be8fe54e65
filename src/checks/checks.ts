import type { Check } from './check.ts';
import { check as unknownReference } from './unknown-reference.ts';
import { check as unusedResource } from './unused-resource.ts';

/** All rules, in the order of their codes. */
export const checks: readonly Check[] = [unknownReference, unusedResource];
