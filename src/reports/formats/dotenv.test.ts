import { expect, test } from 'vitest';
import { runReport } from '../report.ts';
import { dotenv } from './dotenv.ts';

const context = { color: false, width: 100, prefix: '', limit: 50 };
const written = (result: Parameters<typeof runReport>[0]['result'] = null) =>
  dotenv(runReport({ command: 'promote', version: '0.1.0', result }), context).split('\n');

test('writes plain values, and those one level below', () => {
  const request = { number: 7, url: 'https://git.example/-/7?a=b c', labels: ['x'] };
  expect(written({ state: 'proposed', request, plan: { moves: [], 'to-do': 'x' }, none: null })).toEqual([
    'AIGW_OK=true',
    'AIGW_EXIT_CODE=0',
    'AIGW_COMMAND=promote',
    'AIGW_STATE=proposed',
    'AIGW_REQUEST_NUMBER=7',
    'AIGW_REQUEST_URL=https://git.example/-/7?a=b c',
    'AIGW_PLAN_TO_DO=x',
    '',
  ]);
});

test('lets no value make a variable of its own', () => {
  expect(written({ state: 'a\nLD_PRELOAD=x', 'b\nPATH': 'c' })).toEqual([
    'AIGW_OK=true',
    'AIGW_EXIT_CODE=0',
    'AIGW_COMMAND=promote',
    'AIGW_B_PATH=c',
    '',
  ]);
});

test('keeps to what a job may hand over', () => {
  expect(written(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, index])))).toHaveLength(21);
});
