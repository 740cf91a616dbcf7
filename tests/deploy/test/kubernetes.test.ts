/** The manifests of Kubernetes: what the server needs of them, and that the server accepts their configuration. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { check, isVariable, VALID } from './configured.ts';
import { pathOf, read } from './files.ts';

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly startupProbe: Probe;
  readonly lifecycle: { readonly preStop: { readonly exec: { readonly command: readonly string[] } } };
  readonly resources: { readonly limits: Readonly<Record<string, string>> };
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly subPath?: string;
  }[];
}

interface Pod {
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly fsGroup: number;
  };
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string }[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: { readonly 'sallyport.json': string };
  readonly spec: {
    readonly selector: Readonly<Record<string, unknown>>;
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: Pod;
    };
    readonly ports: readonly { readonly targetPort: string }[];
  };
}

const manifests = parseAllDocuments(read('deploy/kubernetes/sallyport.yaml')).map((document) => {
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS() as Manifest;
});

function only(kind: string): Manifest {
  const [found, ...others] = manifests.filter((one) => one.kind === kind);
  if (!found || others.length > 0) throw new Error(`not one ${kind}`);
  return found;
}

const pod = only('Deployment').spec.template.spec;
const [container] = pod.containers;
const configuration = only('ConfigMap').data['sallyport.json'];
const settings = JSON.parse(configuration) as Readonly<Record<string, unknown>>;

it('the server accepts the configuration of the ConfigMap', () => {
  // The machine of the test may allow fewer open files than a node of a cluster.
  expect(check(configuration.replace(/"maxConnections": \d+/, '"maxConnections": 100'))).toBe(VALID);
  expect(check(configuration.replace('adminPort', 'adminPrt'))).toContain('adminPrt');
});

it('every variable of the container is one of the server, and no Service sets others', () => {
  const options = read('docs/operations/options.md');
  for (const { name } of container.env) expect([name, isVariable(name, options)]).toEqual([name, true]);
  expect(pod.enableServiceLinks).toBe(false);
});

it('the probes ask the admin listener, and the ports are those of the configuration', () => {
  const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  expect(ports).toEqual({ clients: settings['port'] ?? 5_678, admin: settings['adminPort'] });
  expect(container.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'admin' });
  expect(container.startupProbe.httpGet).toEqual({ path: '/healthz', port: 'admin' });
  expect(container.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'admin' });
  for (const service of manifests.filter(({ kind }) => kind === 'Service'))
    for (const { targetPort } of service.spec.ports) expect(Object.keys(ports)).toContain(targetPort);
});

it('a pod has time for the pause before SIGTERM and for a drain of 10 s', () => {
  const [program, seconds] = container.lifecycle.preStop.exec.command;
  expect(program).toBe('sleep');
  expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(Number(seconds) + 10 + 5);
});

it('the server is not root, changes no file, and has a memory limit', () => {
  expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1_000, fsGroup: 1_000 });
  expect(container.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container.resources.limits).toHaveProperty('memory');
  // With subPath a container never sees a new version of a Secret.
  for (const mount of container.volumeMounts) expect(mount).not.toHaveProperty('subPath');
});

it('Services, budget and Deployment choose the same pods', () => {
  const { labels } = only('Deployment').spec.template.metadata;
  expect(only('Deployment').spec.selector).toEqual({ matchLabels: labels });
  expect(only('PodDisruptionBudget').spec.selector).toEqual({ matchLabels: labels });
  for (const service of manifests.filter(({ kind }) => kind === 'Service'))
    expect(service.spec.selector).toEqual(labels);
});

it('the user of the pod is that of the image', () => {
  expect(existsSync(pathOf('deploy/docker/Dockerfile'))).toBe(true);
  expect(read('deploy/docker/Dockerfile')).toContain(`USER ${pod.securityContext.runAsUser}:`);
});
