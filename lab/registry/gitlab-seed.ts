// Fills a GitLab model registry as a training pipeline does: a model, a version by its semantic version, and with its run metrics, tags and files.

export interface GitlabSeed {
  readonly name: string;
  /** SemVer. */
  readonly version: string;
  /** Texts by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Each logged in this order. */
  readonly metrics: readonly (readonly [name: string, value: number])[];
  readonly tags: Readonly<Record<string, string>>;
}

/** @param trackingUri where GitLab serves MLflow's API for the project. */
export async function seedGitlab(trackingUri: string, token: string, seed: GitlabSeed): Promise<void> {
  const post = async (path: string, body: object) => {
    const answer = await asked(`${trackingUri}/api/2.0/mlflow${path}`, 'POST', token, body);
    return JSON.parse(answer) as { model_version: { version: string; run_id: string } };
  };
  const { name, version, files, metrics, tags } = seed;
  // It may be there.
  await post('/registered-models/create', { name }).catch(() => undefined);
  const semantic = [{ key: 'gitlab.version', value: version }];
  const { model_version: made } = await post('/model-versions/create', { name, tags: semantic });
  const run_id = made.run_id;
  for (const [step, [key, value]] of metrics.entries())
    await post('/runs/log-metric', { run_id, key, value, timestamp: Date.now(), step });
  for (const [key, value] of Object.entries(tags)) await post('/runs/set-tag', { run_id, key, value });
  await post('/runs/update', { run_id, status: 'FINISHED', end_time: Date.now() });
  const packages = `${trackingUri.replace(/\/ml\/mlflow$/, '')}/packages/ml_models/${made.version}/files`;
  for (const [path, file] of Object.entries(files)) await asked(`${packages}/${path}`, 'PUT', token, { file });
}

async function asked(url: string, method: string, token: string, body: object): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${text}`);
  return text;
}
