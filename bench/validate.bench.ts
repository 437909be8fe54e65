import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { companyTexts, layRepo } from './corpus.ts';
import type { Figure } from './figure.ts';
import { kubeconform, schemaLocation } from './kubeconform.ts';
import { aigw, medianTimes, peakMemory, run, type Start } from './process.ts';

const documents = 10_000;
const validate = '`aigw validate` of 10,000 documents in 1,000 files';

/**
 * Validating a large repo as a whole process: reading, schemas, overlays, every check in three environments, what targets
 * cannot express. Against kubeconform, which reads the same files once and checks each document against the same schemas.
 */
export async function measure(): Promise<readonly Figure[]> {
  const directory = layRepo(companyTexts());
  const schemas = schemaLocation();
  try {
    return [...timesOf(directory, schemas), memoryOf(directory)];
  } finally {
    rmSync(directory, { recursive: true });
    rmSync(dirname(schemas), { recursive: true });
  }
}

function timesOf(directory: string, schemas: string): readonly Figure[] {
  const own: Start = { words: [aigw, 'validate'], directory };
  expectIn(run(own), `Checked ${documents} documents in 1000 files for dev, staging, prod.`);
  const found = kubeconform();
  if ('missing' in found) {
    console.error(`There is nothing to compare with: ${found.missing}.`);
    const times = medianTimes({ own }, 7);
    return [{ name: validate, value: times.own, unit: 'ms', detail: rateOf(times.own) }];
  }
  const peer: Start = { ...found, words: ['-strict', '-summary', '-schema-location', schemas, '.'], directory };
  expectIn(run(peer), `${documents} resources found in 1000 files - Valid: ${documents}, Invalid: 0, Errors: 0`);
  const times = medianTimes({ own, peer }, 7);
  const detail = `${rateOf(times.own)}; kubeconform ${rateOf(times.peer)}`;
  const ratio = times.own / times.peer;
  return [
    { name: `${validate}, over kubeconform`, value: ratio, unit: 'times', target: 0.4, detail },
    {
      name: `${validate}, over kubeconform once for each environment`,
      value: ratio / 3,
      unit: 'times',
      target: 1,
      detail: 'as a pipeline runs it that checks what each of three environments gets',
    },
  ];
}

function memoryOf(directory: string): Figure {
  const value = peakMemory({ words: [aigw, 'validate'], directory });
  return { name: `Peak memory of ${validate}`, value, unit: 'MB', target: 250 };
}

function rateOf(milliseconds: number): string {
  return `${Math.round((documents * 1000) / milliseconds).toLocaleString('en')} documents/s`;
}

function expectIn(text: string, words: string): void {
  if (!text.includes(words)) throw new Error(`expected ${words} and got ${text.slice(0, 2000)}`);
}
