import type { SupportTable } from '../target.ts';

export const support: SupportTable = {};
