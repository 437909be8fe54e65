import { expect, test } from 'vitest';
import { judgeData } from './data.ts';

const commit = '9fceb02d0ae598e95dc970b74767f19372d61af8';
const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const md5 = 'a304afb96060aad90176268345e10355';

test.each([
  ['a Git commit', `{"url": "https://git.example/raw/${commit}/data/train.csv.dvc"}`, true],
  ['a Git commit as a revision', `{"path": "org/data", "revision": "${commit}"}`, true],
  ['a Git commit in a query', `{"url": "https://git.example/train.csv?raw=1&ref=${commit}"}`, true],
  ['an object of Git LFS', `{"uri": "s3://lfs/e3/b0/${sha256}"}`, true],
  ['an object of Git LFS at its host', `{"url": "https://git.example/shop.git/info/lfs/objects/${sha256}"}`, true],
  ['a place in a DVC remote', `{"uri": "s3://remote/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}"}`, true],
  ['a folder in a DVC remote', `{"url": "https://dvc.example/${md5.slice(0, 2)}/${md5.slice(2)}.dir"}`, true],
  ['a branch', '{"url": "https://git.example/raw/main/data/train.csv.dvc"}', false],
  ['a short commit', `{"url": "https://git.example/raw/${commit.slice(0, 10)}/train.csv"}`, false],
  ['a run', `{"uri": "mlflow-artifacts:/0/${md5}/artifacts/train.csv"}`, false],
  ['a signed address', `{"url": "https://s3.example/train.csv?X-Amz-Signature=${sha256}"}`, false],
  ['a longer number', `{"uri": "s3://data/${sha256}ab/train.csv"}`, false],
  ['a folder on the way', `{"uri": "s3://remote/${md5.slice(0, 2)}/${md5.slice(2)}/train.csv"}`, false],
  ['a file', '{"uri": "data/train.csv"}', false],
])('a source that names %s', (_, source, isPinned) => {
  const { status, message } = judgeData([{ name: 'questions', kind: 'http', source }]);
  expect([status, message]).toEqual(
    isPinned
      ? ['passed', 'Pinned: questions.']
      : ['failed', 'the source of questions names neither a Git commit nor a hash of what it holds.'],
  );
});

test.each([
  ['no run', undefined, 'nobody recorded what data it was made from.'],
  ['no dataset', [], 'nobody recorded what data it was made from.'],
  ['no lineage', 'It is gone.', 'It is gone.'],
  [
    'code that made it',
    [{ name: 'questions', kind: 'code', source: `{"tags": {"mlflow.source.git.commit": "${commit}"}}` }],
    'the source of questions names neither a Git commit nor a hash of what it holds.',
  ],
  [
    'one of two',
    [
      { name: 'questions', kind: 's3', source: `s3://lfs/${sha256}` },
      { name: 'answers', kind: 's3', source: 's3://answers' },
    ],
    'the source of answers names neither a Git commit nor a hash of what it holds.',
  ],
])('fails with %s', (_, told, message) => {
  expect(judgeData(told)).toMatchObject({ gate: 'data', name: 'pinned', status: 'failed', message });
});

test('shows of a source its pin alone', () => {
  const source = `{"url": "https://anna:secret@git.example/raw/${commit}/train.csv?token=t0p"}`;
  const verdict = judgeData([{ name: 'questions', kind: 'http', source }]);
  expect(verdict.inputs).toEqual({ datasets: [{ name: 'questions', pin: commit }] });
  expect(JSON.stringify(verdict)).not.toMatch(/secret|t0p/);
});
