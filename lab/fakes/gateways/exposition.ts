// Series as Prometheus scrapes them.

export type Labels = Readonly<Record<string, string>>;

export interface FamilyOptions {
  /** Without the ending that a counter's samples get. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** A histogram's upper bounds without infinity, as the real one prints them: to Prometheus 2, `1` and `1.0` are different labels. */
  readonly bounds?: readonly string[];
  /** Whether each series is told with the time since when it counts, as Python's client does. */
  readonly isDated?: boolean;
}

export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

interface Series {
  readonly labels: Labels;
  /** Seconds since 1970. */
  readonly since: number;
  /** By upper bound, not added up. */
  readonly buckets: number[];
  count: number;
  /** Of what was observed; also the value of a counter or gauge. */
  sum: number;
}

/** One metric with all of its series. */
export class Family {
  readonly options: FamilyOptions;
  private readonly limits: readonly number[];
  private readonly series = new Map<string, Series>();
  /** The same, by the very object: printing labels for each of a million requests would take most of the time. */
  private readonly known = new WeakMap<Labels, Series>();

  constructor(options: FamilyOptions) {
    this.options = options;
    this.limits = (options.bounds ?? []).map(Number);
  }

  /** Adds to a counter. */
  add(at: number, labels: Labels, amount = 1): void {
    this.seriesOf(at, labels).sum += amount;
  }

  /** Puts an observation into a histogram. */
  observe(at: number, labels: Labels, value: number): void {
    const series = this.seriesOf(at, labels);
    const bucket = this.limits.findIndex((limit) => value <= limit);
    if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
    series.count++;
    series.sum += value;
  }

  /** Gives a gauge its value. */
  set(at: number, labels: Labels, value: number): void {
    this.seriesOf(at, labels).sum = value;
  }

  /** Without the times since when they count. */
  samples(): readonly Sample[] {
    return [...this.series.values()].flatMap((series) => this.samplesOf(series));
  }

  /** The times since when its series count; none of a family that does not tell them. */
  dates(): readonly Sample[] {
    if (this.options.isDated !== true || this.options.type === 'gauge') return [];
    const name = `${this.options.name}_created`;
    return [...this.series.values()].map(({ labels, since }) => ({ name, labels, value: since }));
  }

  private seriesOf(since: number, labels: Labels): Series {
    const known = this.known.get(labels);
    if (known !== undefined) return known;
    const key = printLabels(labels);
    const series = this.series.get(key) ?? { labels, since, buckets: this.limits.map(() => 0), count: 0, sum: 0 };
    this.series.set(key, series);
    this.known.set(labels, series);
    return series;
  }

  private samplesOf({ labels, buckets, count, sum }: Series): readonly Sample[] {
    const { name, type, bounds = [] } = this.options;
    if (type !== 'histogram') return [{ name: type === 'counter' ? `${name}_total` : name, labels, value: sum }];
    let below = 0;
    const bucket = (le: string, value: number) => ({ name: `${name}_bucket`, labels: { ...labels, le }, value });
    return [
      ...bounds.map((bound, index) => {
        below += buckets[index] ?? 0;
        return bucket(bound, below);
      }),
      bucket('+Inf', count),
      { name: `${name}_sum`, labels, value: sum },
      { name: `${name}_count`, labels, value: count },
    ];
  }
}

/** Prometheus' own text (version 0.0.4), in which a counter's name ends as its samples' do, and dates are a gauge beside. */
export function printText(families: readonly Family[]): string {
  return families
    .map((family) => {
      const { name, help, type } = family.options;
      const dates = family.dates();
      return [
        head(type === 'counter' ? `${name}_total` : name, help, type),
        ...family.samples().map(printSample),
        ...(dates.length === 0 ? [] : [head(`${name}_created`, help, 'gauge'), ...dates.map(printSample)]),
        '',
      ].join('\n');
    })
    .join('');
}

/** OpenMetrics text (version 1.0.0). */
export function printOpenMetrics(families: readonly Family[]): string {
  return `${families.map((family) => printFamily(family, [...family.samples(), ...family.dates()].map(printSample))).join('')}# EOF\n`;
}

/** What a scraper saw at a time. */
export interface Snapshot {
  /** Seconds since 1970. */
  readonly time: number;
  readonly scrapes: readonly {
    readonly family: Family;
    readonly samples: readonly Sample[];
    /** Of the target, as the scraper adds them. */
    readonly labels: Labels;
  }[];
}

/** OpenMetrics text with times, as `promtool tsdb create-blocks-from openmetrics` reads it: all samples of a family stand together. */
export function printPast(snapshots: readonly Snapshot[]): string {
  const blocks = new Map<string, { readonly family: Family; readonly lines: string[] }>();
  for (const { time, scrapes } of snapshots) {
    for (const { family, samples, labels } of scrapes) {
      const block = blocks.get(family.options.name) ?? { family, lines: [] };
      blocks.set(family.options.name, block);
      for (const sample of samples)
        block.lines.push(`${printSample({ ...sample, labels: { ...labels, ...sample.labels } })} ${time}`);
    }
  }
  return `${[...blocks.values()].map(({ family, lines }) => printFamily(family, lines)).join('')}# EOF\n`;
}

function printFamily({ options: { name, help, type } }: Family, lines: readonly string[]): string {
  return [head(name, help, type), ...lines, ''].join('\n');
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}`;
}

function printSample({ name, labels, value }: Sample): string {
  return `${name}${printLabels(labels)} ${value}`;
}

function printLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n');
}
