// What a scrape says, read as far as tests need it.

export interface ScrapedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SAMPLE = /^(?<name>\w+)(?:\{(?<labels>.*)\})? (?<value>\S+)/;

/** Reads Prometheus' own text as well as OpenMetrics. */
export function readScrape(text: string): readonly ScrapedSample[] {
  return text.split('\n').flatMap((line) => {
    const { name = '', labels = '', value } = SAMPLE.exec(line)?.groups ?? {};
    if (name === '') return [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key ?? '', text ?? ''] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** Each name with the names of its labels, and with its bounds as they are printed: what must be the same of a real and a fake gateway. */
export function shapesOf(samples: readonly ScrapedSample[]): ReadonlySet<string> {
  return new Set(
    samples.map(({ name, labels }) => {
      const bound = labels['le'] === undefined ? '' : ` le=${labels['le']}`;
      return `${name} {${Object.keys(labels).toSorted()}}${bound}`;
    }),
  );
}

/** The sum over all samples of this name with these labels. */
export function sumOf(
  samples: readonly ScrapedSample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const meant = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return meant.reduce((sum, { value }) => sum + value, 0);
}
