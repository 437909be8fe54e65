import { expect, test } from 'vitest';
import { stringFormats } from './formats.ts';

test.each<[format: string, good: readonly string[], bad: readonly string[]]>([
  ['byte', ['', 'eA==', 'YWJj', 'YW\nJj'], ['e', 'eA=', 'eA', 'e-==', 'eA==x']],
  [
    'date-time',
    ['2026-02-28T23:59:59Z', '2024-02-29T00:00:00.123+02:00'],
    [
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01',
      '2026-01-01T24:00:00Z',
      '2026-01-01 00:00:00Z',
      '2026-01-00T00:00:00Z',
    ],
  ],
  ['ipv4', ['0.0.0.0', '255.255.255.255'], ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', '', '1.2.3.x']],
  [
    'ipv6',
    ['::', '::1', 'fe80::1', '1:2:3:4:5:6:7:8', '::ffff:10.0.0.1', '64:ff9b::10.0.0.1', '1:2:3:4:5:6:1.2.3.4', '1::'],
    [
      '1',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      ':::',
      '12345::',
      '::256.0.0.1',
      'fe80::1%eth0',
      '1:2:3:4:5:6:7::8:9',
      ':1',
    ],
  ],
  ['quantity', ['1', '500m', '2Gi'], ['1Gib', '']],
  ['uri', ['https://example.com/a', 's3://bucket/key', '/metrics'], ['example.com', '', '/a b']],
])('%s', (format, good, bad) => {
  const fits = stringFormats[format];
  expect(good.filter((text) => !fits?.(text))).toEqual([]);
  expect(bad.filter((text) => fits?.(text))).toEqual([]);
});
