// Builds what has changed. It prints one line if that takes long, and the errors if it fails: `pnpm start` should show the
// server and not its build.
import { spawn } from 'node:child_process';

const NOTICE_MS = 3_000;

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

const notice = setTimeout(() => {
  process.stderr.write('building the packages; the first time this takes a minute or two\n');
}, NOTICE_MS);

build.on('error', (error) => {
  output += error;
});
build.on('close', (status) => {
  clearTimeout(notice);
  if (status === 0) return;
  process.stderr.write(output);
  process.exitCode = 1;
});
