import { InvalidArgumentError, Option } from 'commander';
import { nearest } from '../lib/nearest.ts';
import { isReportFormatId, type ReportFormatId, reportFormats } from '../reports/formats.ts';

/** Global flags, as commander hands them over. */
export interface GlobalOptions {
  readonly format?: readonly ReportFormatId[];
  readonly output?: readonly string[];
  readonly maxFindings: number;
  readonly color: boolean;
  readonly quiet?: true;
  readonly debug?: true;
}

/** One report to write: to a file, or to standard output. */
export interface Delivery {
  readonly format: ReportFormatId;
  readonly file: string | undefined;
}

/** The flags that say in which formats a report is written, and where. */
export function reportOptions(): readonly Option[] {
  const formats = Object.keys(reportFormats);
  return [
    new Option('--format <format>', 'how to write the report; may repeat (default: text)')
      .choices(formats)
      .argParser(addFormat),
    new Option('--output <file>', 'where to write it, in the order of --format (default: standard output)').argParser(
      addFile,
    ),
    new Option('--max-findings <number>', 'how many findings a report for people lists').default(50).argParser(count),
  ];
}

/**
 * Pairs each format with the file at the same position. A format without a file goes to standard output, and so does the
 * file `-`. Answers a sentence where that is not possible.
 */
export function pairDeliveries({
  format,
  output,
}: Pick<GlobalOptions, 'format' | 'output'>): readonly Delivery[] | string {
  const formats: readonly ReportFormatId[] = format ?? ['text'];
  const files = output ?? [];
  if (files.length > formats.length) {
    return `each --output needs a --format of its own; there are ${files.length} and ${formats.length}`;
  }
  const deliveries = formats.map((id, index) => ({
    format: id,
    file: files[index] === '-' ? undefined : files[index],
  }));
  if (deliveries.filter(({ file }) => file === undefined).length > 1) {
    return 'only one report can go to standard output; give the others an --output';
  }
  const twice = files.find((file, index) => file !== '-' && files.indexOf(file) !== index);
  return twice === undefined ? deliveries : `two reports cannot go to the same file ${twice}`;
}

function addFormat(word: string, before: readonly ReportFormatId[] | undefined): readonly ReportFormatId[] {
  if (isReportFormatId(word)) return [...(before ?? []), word];
  const formats = Object.keys(reportFormats);
  const meant = nearest(word, formats);
  throw new InvalidArgumentError(
    `Allowed choices are ${formats.join(', ')}.${meant === undefined ? '' : `\n(Did you mean ${meant}?)`}`,
  );
}

function addFile(file: string, before: readonly string[] | undefined): readonly string[] {
  if (file === '') throw new InvalidArgumentError('It needs a name; - stands for standard output.');
  return [...(before ?? []), file];
}

function count(word: string): number {
  if (!/^[0-9]{1,9}$/.test(word)) throw new InvalidArgumentError('It must be a whole number, 0 or more.');
  return Number(word);
}
