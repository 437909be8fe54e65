import { expect, test } from 'vitest';
import { oncePer } from './once-per.ts';

test('does the work once for each pair', () => {
  const done: string[] = [];
  const words = oncePer((of: { readonly name: string }, step: number) => {
    done.push(`${of.name}${step}`);
    return step === 2 ? undefined : `${of.name}${step}`;
  });
  const [a, b] = [{ name: 'a' }, { name: 'b' }];
  const asked = [words(a, 1), words(a, 2), words(b, 1), words(a, 1), words(a, 2), words(b, 1)];
  expect(asked).toEqual(['a1', undefined, 'b1', 'a1', undefined, 'b1']);
  expect(done).toEqual(['a1', 'a2', 'b1']);
});

test('tells objects apart that look alike', () => {
  const fresh = oncePer((_: object, __: object) => ({}));
  const [one, other] = [{}, {}];
  expect(fresh(one, one)).toBe(fresh(one, one));
  expect(fresh(one, one)).not.toBe(fresh(other, one));
  expect(fresh(one, one)).not.toBe(fresh(one, other));
});
