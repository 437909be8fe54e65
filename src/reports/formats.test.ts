import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isReportFormatId, type ReportFormatId, reportFormats } from './formats.ts';
import { manyFindings, plain, sampleReports } from './samples.ts';

const goldenNames: Readonly<Record<ReportFormatId, string>> = {
  text: 'text.txt',
  json: 'json.json',
  sarif: 'sarif.sarif',
  junit: 'junit.xml',
  gitlab: 'gitlab.json',
  github: 'github.txt',
  markdown: 'markdown.md',
  jsonl: 'jsonl.jsonl',
  dotenv: 'dotenv.env',
};
const ids = Object.keys(reportFormats).filter(isReportFormatId);

test('every file of the family is in the table, under its own name', () => {
  const files = globSync('src/reports/formats/*.ts').map((path) => basename(path, '.ts'));
  expect(files.filter((name) => !name.endsWith('.test')).toSorted()).toEqual(ids.toSorted());
});

describe.each(ids)('format %s', (id) => {
  test.each(Object.entries(sampleReports))('writes the %s report as its golden file', async (name, report) => {
    const format = await reportFormats[id]();
    await expect(format(report, plain)).toMatchFileSnapshot(`../../fixtures/reports/${name}/${goldenNames[id]}`);
  });

  test('is pure, ends in one line end and has no carriage return or byte order mark', async () => {
    const format = await reportFormats[id]();
    for (const report of [...Object.values(sampleReports), manyFindings(300)]) {
      const text = format(report, plain);
      expect(format(report, plain)).toBe(text);
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toMatch(/[\r\ufeff]/);
    }
  });

  test('lets no data drive a terminal, a log or the direction of text', async () => {
    const format = await reportFormats[id]();
    for (const report of Object.values(sampleReports)) {
      const text = format(report, plain);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that must not appear
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(text.split('\n').filter((line) => /^\s*::(?!(error|warning|notice) )/.test(line))).toEqual([]);
      if (id !== 'github')
        expect(text.split('\n').filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line))).toEqual([]);
    }
  });

  test('shows no secret', async () => {
    const format = await reportFormats[id]();
    expect(format(sampleReports.findings, plain)).not.toContain('0123456789');
  });

  test('puts the prefix before every path', async () => {
    const format = await reportFormats[id]();
    const text = format(sampleReports.findings, { ...plain, prefix: 'gateways/' });
    // Variables hold no findings, so no paths.
    if (id === 'dotenv') expect(text).not.toContain('routes/product.yaml');
    else expect(text).toContain('gateways/routes/product.yaml');
  });
});
