/** The documents for operators: every alert has its section, every flag exists, and the steps of "Put it on the internet" work. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { VALID } from './configured.ts';
import { pathOf, read } from './files.ts';

const folder = 'docs/operations';
const pages = readdirSync(pathOf(folder)).filter((name) => name.endsWith('.md'));

it('every alert has a section in alerts.md, in the same order, and every section has an alert', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yml')) as {
    groups: readonly { rules: readonly { alert: string }[] }[];
  };
  const sections = [...read(`${folder}/alerts.md`).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)));
});

it.each(pages)('every option that %s gives to a server exists', (page) => {
  const flags = [...read(`${folder}/${page}`).matchAll(/sallyport-(?:ws|uws) (--[^\n`]*)/g)]
    .flatMap(([, line = '']) => line.replace(/&&.*/, '').split(' '))
    .filter((word) => word.startsWith('--'));
  const options = read(`${folder}/options.md`);
  const others = ['--check', '--print-config', '--help', '--config', '--version'];
  expect(flags.filter((flag) => !others.includes(flag) && !options.includes(`\`${flag}`))).toEqual([]);
});

it.each(pages)('every page is in the index: %s', (page) => {
  if (page !== 'README.md') expect(read(`${folder}/README.md`)).toContain(`](${page})`);
});

it('the steps of "Put it on the internet" make a user and a configuration that the server accepts', async () => {
  const [, steps = ''] =
    /^## From nothing.*?$(.*?)^The choices/ms.exec(read(`${folder}/put-it-on-the-internet.md`)) ?? [];
  const commands = [...steps.matchAll(/^ {3}```sh\n(.*?)^ {3}```/gms)].map(([, code = '']) =>
    code.replace(/^ {3}/gm, ''),
  );
  const [add = '', write, check] = commands;
  expect([add, check]).toEqual([expect.stringContaining('users add'), expect.stringContaining('--check')]);
  const home = mkdtempSync(join(tmpdir(), 'sallyport-steps-'));
  try {
    const script = join(home, 'steps.sh');
    writeFileSync(
      script,
      `set -e
sallyport() { "${process.execPath}" "${pathOf('packages/cli/dist/bin/sallyport.js')}" "$@"; }
sallyport-ws() { "${process.execPath}" "${pathOf('packages/server/dist/bin/sallyport-ws.js')}" "$@"; }
echo 'a long password of ada' | ${add.trim()} --stdin
${write}
${check}`,
    );
    const shell = spawn('bash', [script], { cwd: home, env: { PATH: process.env['PATH'], HOME: home } });
    let output = '';
    for (const stream of [shell.stdout, shell.stderr])
      stream.on('data', (chunk) => {
        output += chunk;
      });
    const [code] = (await once(shell, 'close')) as [number];
    expect([code, output]).toEqual([0, expect.stringContaining(VALID)]);
  } finally {
    rmSync(home, { recursive: true });
  }
});
