// Fills a real MLflow as a training pipeline does: an experiment, a run with metrics and tags, artifacts, and a version made of them.

export interface Seed {
  readonly name: string;
  /** Contents of artifacts by path. */
  readonly files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;
  readonly metrics: Readonly<Record<string, number>>;
  /** Of the run. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Registers a version, and gives its number. The registered model is made where there is none. */
export async function seedVersion(
  variables: Readonly<Record<string, string>>,
  { name, files, metrics, tags }: Seed,
): Promise<string> {
  const {
    MLFLOW_TRACKING_URI: url = '',
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = variables;
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const send = async (
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
  ): Promise<Record<string, unknown>> => {
    const headers = { authorization, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) };
    const response = await fetch(url + path, { method, headers, body });
    const text = await response.text();
    if (!response.ok && !text.includes('RESOURCE_ALREADY_EXISTS'))
      throw new Error(`${path}: ${response.status} ${text}`);
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
  };
  const post = (path: string, body: object) => send('POST', `/api/2.0/mlflow${path}`, JSON.stringify(body));
  const now = Date.now();
  const asTags = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const created = await post('/runs/create', { experiment_id: '0', start_time: now - 60_000, tags: asTags });
  const { run_id: run, artifact_uri: uri } = (created['run'] as { readonly info: Readonly<Record<string, string>> })
    .info;
  for (const [key, value] of Object.entries(metrics)) {
    await post('/runs/log-metric', { run_id: run, key, value: Number.isNaN(value) ? 'NaN' : value, timestamp: now });
  }
  await post('/runs/update', { run_id: run, status: 'FINISHED', end_time: now });
  const root = (uri ?? '').replace(/^mlflow-artifacts:\//, '');
  for (const [path, content] of Object.entries(files))
    await send('PUT', `/api/2.0/mlflow-artifacts/artifacts/${root}/model/${path}`, content);
  await post('/registered-models/create', { name });
  const made = await post('/model-versions/create', { name, source: `${uri}/model`, run_id: run });
  return String((made['model_version'] as Readonly<Record<string, unknown>>)['version']);
}
