/** The Dockerfile: a linter reads it, and its important lines are as the server needs them. No test builds it: that takes a Docker engine. */
import { existsSync } from 'node:fs';
import { DockerfileParser } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { check, isVariable, VALID } from './configured.ts';
import { pathOf, read } from './files.ts';

const text = read('deploy/docker/Dockerfile');
const dockerfile = DockerfileParser.parse(text);
const stages = text.split(/^(?=FROM )/m).slice(1);
const final = DockerfileParser.parse(stages.at(-1) ?? '');

/** The arguments of the one instruction of this kind in the last stage. */
function only(keyword: string): string {
  const found = final.getInstructions().filter((one) => one.getKeyword() === keyword);
  expect([keyword, found.length]).toEqual([keyword, 1]);
  return found[0]?.getRawArgumentsContent() ?? '';
}

it('the linter of Dockerfiles finds nothing', () => {
  expect(validate(text)).toEqual([]);
  expect(validate('FROM node\nENTRYPONT ["node"]\n')).toHaveLength(1);
});

it('the image is built in two stages, and the last one takes only what the server needs', () => {
  expect(dockerfile.getFROMs().map((from) => from.getBuildStage())).toEqual(['build', null]);
  const copied = final.getCOPYs().map((copy) => copy.getFromFlag()?.getValue());
  expect(copied.length).toBeGreaterThan(0);
  for (const from of copied) expect(from).toBe('build');
  expect(text).toContain('install --frozen-lockfile --prod');
  // The version of pnpm is that of the workspace.
  const { packageManager } = JSON.parse(read('package.json')) as { packageManager: string };
  for (const [used] of text.matchAll(/pnpm@[\d.]+/g)) expect(used).toBe(packageManager);
});

it('the server runs as a user by number who is not root, and gets SIGTERM itself', () => {
  expect(only('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(only('STOPSIGNAL')).toBe('SIGTERM');
  const command = JSON.parse(only('ENTRYPOINT')) as string[];
  expect(command[0]).toBe('node');
  expect(existsSync(pathOf(command[1] ?? ''))).toBe(true);
});

it('the health check asks the admin listener, and the variables are those of the server', () => {
  const variables = final
    .getENVs()
    .flatMap((env) => env.getProperties())
    .map((property) => [property.getName(), property.getValue() ?? ''] as const);
  const own = variables.filter(([name]) => name.startsWith('SALLYPORT_'));
  const options = read('docs/operations/options.md');
  expect(own.filter(([name]) => !isVariable(name, options))).toEqual([]);
  expect(Object.fromEntries(own)).toMatchObject({ SALLYPORT_ADMIN_PORT: expect.stringMatching(/^\d+$/) });
  const [healthcheck] = final.getHEALTHCHECKs();
  expect(healthcheck?.getRawArgumentsContent()).toMatch(
    /CMD \["node", "-e", ".*SALLYPORT_ADMIN_PORT \+ '\/healthz'/s,
  );
});

it('compose starts the image with a configuration that the server accepts', () => {
  const { services } = parse(read('deploy/docker/compose.yaml')) as {
    services: {
      sallyport: {
        environment: Record<string, string>;
        stop_grace_period: string;
        build: { dockerfile: string };
      };
    };
  };
  const { environment, stop_grace_period, build } = services.sallyport;
  expect(existsSync(pathOf(build.dockerfile))).toBe(true);
  // A drain takes at most 10 s.
  expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(10);
  expect(check('{}', { SALLYPORT_HOST: '0.0.0.0', SALLYPORT_ADMIN_PORT: '5679', ...environment })).toBe(
    VALID,
  );
});
