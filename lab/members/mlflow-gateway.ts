// MLflow's AI gateway 3.17.0, which serves the endpoints of one file.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startUpstream } from '../fakes/upstream.ts';
import { PYTHON } from '../host.ts';
import type { Member, RunningMember } from '../member.ts';
import { answersAt, freePort } from '../process.ts';
import { pythonEnvironment, pythonVariables } from '../python.ts';
import { runAt } from '../site.ts';
import { MLFLOW_VERSION } from './mlflow.ts';

export interface RunningMlflowGateway extends RunningMember {
  readonly url: string;
}

/** Starts a gateway on the text of its configuration file. */
export async function startMlflowGateway(config: string): Promise<RunningMlflowGateway> {
  const bin = join(await pythonEnvironment('mlflow'), 'bin');
  return await runAt('mlflow-gateway', async ({ folder, start }) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const file = join(folder, 'config.yaml');
    await writeFile(file, config);
    const args = [
      '-m',
      'mlflow',
      'gateway',
      'start',
      '--config-path',
      file,
      '--host',
      '127.0.0.1',
      '--port',
      `${port}`,
    ];
    await start('mlflow-gateway', {
      command: join(bin, 'python'),
      args: [...args, '--workers', '1'],
      cwd: folder,
      // It starts its server by name.
      env: { HOME: folder, ...(await pythonVariables(folder)), PATH: `${bin}:${process.env['PATH'] ?? ''}` },
      isReady: answersAt(`${url}/health`),
      readyWithin: 120_000,
    });
    return { url, variables: { MLFLOW_DEPLOYMENTS_TARGET: url } };
  });
}

/** A gateway with one endpoint, `chat`, behind which is nothing but a stand-in. */
function startWithUpstream(): Promise<RunningMember> {
  return runAt('mlflow-gateway-with-upstream', async ({ alsoStop }) => {
    const upstream = await startUpstream();
    alsoStop(upstream.stop);
    const config = { openai_api_key: 'none', openai_api_base: `${upstream.url}/v1` };
    const model = { provider: 'openai', name: 'gpt-5-mini', config };
    const endpoint = { name: 'chat', endpoint_type: 'llm/v1/chat', model };
    const { variables, stop } = await startMlflowGateway(JSON.stringify({ endpoints: [endpoint] }));
    alsoStop(stop);
    return { variables };
  });
}

export const member: Member = {
  group: 'gateways',
  about: `MLflow's AI gateway ${MLFLOW_VERSION}, with one endpoint 'chat'`,
  needs: [PYTHON],
  start: startWithUpstream,
  firstAnswer: async ({ variables }) => {
    const answer = await fetch(`${variables['MLFLOW_DEPLOYMENTS_TARGET']}/gateway/chat/invocations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'hello' }] }),
    });
    return { answer: await answer.text(), expected: 'hello from gpt-5-mini' };
  },
};
