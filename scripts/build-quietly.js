// Builds the changed packages. It prints one line if that takes a while, and the build's output only if the build fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

/** A build with nothing to do takes less, in milliseconds. */
const NOTICE_MS = 3_000;

const isFirst = !existsSync('packages/server/dist');
const notice = setTimeout(
  () =>
    process.stderr.write(
      isFirst
        ? 'Building Sallyport for the first time: this takes one or two minutes …\n'
        : 'Building the changed packages: this takes some seconds, at most two minutes …\n',
    ),
  isFirst ? 0 : NOTICE_MS,
);

const build = spawn('turbo run build --output-logs=errors-only', {
  shell: true,
  stdio: ['ignore', 'pipe', 'pipe'],
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
});
let output = '';
for (const stream of [build.stdout, build.stderr])
  stream.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
build.on('error', (error) => {
  output += `${error}\n`;
});
build.on('close', (status) => {
  clearTimeout(notice);
  if (status === 0) return;
  process.stderr.write(output);
  process.exitCode = 1;
});
