// Series as Prometheus scrapes them.

export type Labels = Readonly<Record<string, string>>;

interface Histogram {
  readonly labels: Labels;
  /** By upper bound, not added up. */
  readonly counts: number[];
  sum: number;
  count: number;
}

/** A counter or a histogram, with all of its series. */
export class Family {
  readonly name: string;
  readonly help: string;
  /** Upper bounds without infinity; a counter has none. */
  readonly bounds: readonly number[] | undefined;
  private readonly counters = new Map<string, { readonly labels: Labels; value: number }>();
  private readonly histograms = new Map<string, Histogram>();

  constructor(name: string, help: string, bounds?: readonly number[]) {
    this.name = name;
    this.help = help;
    this.bounds = bounds;
  }

  /** Adds to a counter. */
  add(labels: Labels, amount = 1): void {
    const key = printLabels(labels);
    const series = this.counters.get(key) ?? { labels, value: 0 };
    series.value += amount;
    this.counters.set(key, series);
  }

  /** Puts an observation into a histogram. */
  observe(labels: Labels, value: number): void {
    const bounds = this.bounds ?? [];
    const key = printLabels(labels);
    const series = this.histograms.get(key) ?? { labels, counts: bounds.map(() => 0), sum: 0, count: 0 };
    const bucket = bounds.findIndex((bound) => value <= bound);
    if (bucket >= 0) series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += value;
    series.count++;
    this.histograms.set(key, series);
  }

  /** All samples: name, labels, value. */
  samples(): readonly (readonly [name: string, labels: Labels, value: number])[] {
    const counters = [...this.counters.values()].map(
      ({ labels, value }) => [`${this.name}_total`, labels, value] as const,
    );
    const histograms = [...this.histograms.values()].flatMap(({ labels, counts, sum, count }) => {
      let below = 0;
      const buckets = counts.map((each, index) => {
        below += each;
        return [`${this.name}_bucket`, { ...labels, le: String(this.bounds?.[index]) }, below] as const;
      });
      const whole = [`${this.name}_bucket`, { ...labels, le: '+Inf' }, count] as const;
      return [
        ...buckets,
        whole,
        [`${this.name}_sum`, labels, sum] as const,
        [`${this.name}_count`, labels, count] as const,
      ];
    });
    return [...counters, ...histograms];
  }
}

/** The text that a scrape gets (version 0.0.4), in which a counter's name ends as its samples' do. */
export function printScrape(families: readonly Family[]): string {
  return families
    .map((family) => {
      const name = family.bounds === undefined ? `${family.name}_total` : family.name;
      const lines = family.samples().map(([sample, labels, value]) => `${sample}${printLabels(labels)} ${value}`);
      return [`# HELP ${name} ${family.help}`, `# TYPE ${name} ${typeOf(family)}`, ...lines, ''].join('\n');
    })
    .join('');
}

/** What a family's samples were at a time. */
export interface Snapshot {
  /** Seconds since 1970. */
  readonly time: number;
  readonly families: readonly {
    readonly family: Family;
    readonly samples: ReturnType<Family['samples']>;
    readonly labels: Labels;
  }[];
}

/** OpenMetrics text with times, as `promtool tsdb create-blocks-from openmetrics` reads it: all samples of a family stand together. */
export function printPast(snapshots: readonly Snapshot[]): string {
  const names = new Map(
    snapshots.flatMap(({ families }) => families.map(({ family }) => [family.name, family] as const)),
  );
  const blocks = [...names].map(([name, family]) => {
    const lines = snapshots.flatMap(({ time, families }) =>
      families
        .filter((each) => each.family.name === name)
        .flatMap(({ samples, labels }) =>
          samples.map(([sample, own, value]) => `${sample}${printLabels({ ...labels, ...own })} ${value} ${time}`),
        ),
    );
    return [`# HELP ${name} ${family.help}`, `# TYPE ${name} ${typeOf(family)}`, ...lines].join('\n');
  });
  return `${blocks.join('\n')}\n# EOF\n`;
}

function typeOf({ bounds }: Family): string {
  return bounds === undefined ? 'counter' : 'histogram';
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
