import { envelopeOf } from '../envelope.ts';
import { printJsonLine } from '../json-text.ts';
import type { ReportFormat } from '../report.ts';

/** JSON Lines: what a command lists, one a line; of a command that lists nothing the envelope of schemas/report.schema.json. */
export const jsonl: ReportFormat = (report, { prefix }) =>
  (report.records ?? [envelopeOf(report, prefix)]).map(printJsonLine).join('');
