import type { ReportFormat } from './report.ts';

/** Every format of `--format`: its name, and its module, loaded when asked for. A format is added by a file and a line here. */
export const reportFormats = {
  text: () => import('./formats/text.ts').then((module) => module.text),
  json: () => import('./formats/json.ts').then((module) => module.json),
  sarif: () => import('./formats/sarif.ts').then((module) => module.sarif),
  junit: () => import('./formats/junit.ts').then((module) => module.junit),
  gitlab: () => import('./formats/gitlab.ts').then((module) => module.gitlab),
  github: () => import('./formats/github.ts').then((module) => module.github),
  markdown: () => import('./formats/markdown.ts').then((module) => module.markdown),
  jsonl: () => import('./formats/jsonl.ts').then((module) => module.jsonl),
  dotenv: () => import('./formats/dotenv.ts').then((module) => module.dotenv),
} as const satisfies Readonly<Record<string, () => Promise<ReportFormat>>>;

export type ReportFormatId = keyof typeof reportFormats;

/** Whether a word names a format. */
export function isReportFormatId(word: string): word is ReportFormatId {
  return Object.hasOwn(reportFormats, word);
}
