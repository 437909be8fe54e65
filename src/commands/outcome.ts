// The commands floor: one story per file, told through ports: `(world, options) => Promise<Outcome>`. No story prints.
import type { RunReport } from '../reports/report.ts';

/** What a command leaves to the shell, which writes the report and exits with its code. */
export interface Outcome {
  readonly report: RunReport;
  /** Absolute path of the folder that the report's paths start from: the config repo's root. Absent where none was read. */
  readonly root?: string;
}

/** Hands over a report that comes before the last, for stories that go on. Answers whether anybody still reads. */
export type Put = (outcome: Outcome) => Promise<boolean>;
