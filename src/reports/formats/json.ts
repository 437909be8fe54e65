import { envelopeOf } from '../envelope.ts';
import { printJson } from '../json-text.ts';
import type { ReportFormat } from '../report.ts';

/** The envelope of schemas/report.schema.json, indented by two spaces. */
export const json: ReportFormat = (report, { prefix }) => printJson(envelopeOf(report, prefix));
