import { expect, test } from 'vitest';
import { connectionTo } from './connection.ts';
import { isGitlab } from './gitlab.ts';

test.each([
  ['https://gitlab.example/api/v4/projects/7/ml/mlflow', true],
  ['https://gitlab.example/gitlab/api/v4/projects/shop%2Fmodels/ml/mlflow/', true],
  ['https://mlflow.example', false],
  ['https://mlflow.example/ml/mlflow', false],
  ['https://gitlab.example/api/v4/projects/7/ml/mlflow/api/2.0', false],
])('knows GitLab by its path: %s', (url, expected) => {
  expect(isGitlab(connectionTo(url, {}))).toBe(expected);
});
