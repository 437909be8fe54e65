// Kubernetes' own programs, built once for all members that need one of them.
import { goPrograms } from './go.ts';

export const KUBERNETES_VERSION = '1.36.3';

/** The folder of kube-apiserver, kube-controller-manager, kube-scheduler and kubectl. */
export function kubernetesPrograms(): Promise<string> {
  const names = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubectl'];
  return goPrograms({
    name: 'kubernetes',
    programs: Object.fromEntries(names.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`])),
    // Without it the server says v0.0.0, which clients that compare versions refuse.
    variables: { 'k8s.io/component-base/version.gitVersion': `v${KUBERNETES_VERSION}` },
  });
}
