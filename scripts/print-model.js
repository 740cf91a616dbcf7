// Prints how the model's paths cover the session table: a summary, and with `--paths` or `--cells` the details.
import { parseArgs } from 'node:util';
import { modelReport } from '../packages/core/dist/testing/index.js';

const HELP = `Usage: pnpm test:model [--paths] [--cells [STATE]]

Prints a summary of the model of a session: its paths, and how they cover the cells of the table.

  --paths   also prints every path
  --cells   also prints every cell, with the paths that cover it; with STATE, such as closing, only the cells of that state
  --help    prints this help
`;

const { values, positionals } = parseArgs({
  options: { paths: { type: 'boolean' }, cells: { type: 'boolean' }, help: { type: 'boolean' } },
  allowPositionals: true,
});
if (values.help) process.stdout.write(HELP);
else process.stdout.write(`${report(values, positionals)}\n`);

/** The report has the number of paths, the paths, the number of cells, and a block of cells for each state. */
function report({ paths = false, cells = false }, wanted) {
  const [pathPart = '', cellCount = '', ...states] = modelReport().trimEnd().split('\n\n');
  const [pathCount = '', ...names] = pathPart.split('\n');
  const [total = '', ...blocks] = [...cellCount.split('\n'), ...states];
  const summary = blocks.map((block) => {
    const [state = '', ...lines] = block.split('\n');
    const coverage = lines.filter((line) => line.startsWith('      ['));
    const onPaths = coverage.filter((line) => line.includes(' paths')).length;
    return `  ${state.padEnd(36)} ${String(coverage.length).padStart(4)} cells, ${String(onPaths).padStart(3)} covered by paths`;
  });
  const shown = blocks.filter(
    (block) => wanted.length === 0 || wanted.includes(block.split('\n', 1)[0] ?? ''),
  );
  return [
    pathCount,
    total,
    ...summary,
    ...(paths ? ['', ...names] : []),
    ...(cells ? shown.flatMap((block) => ['', block]) : []),
    ...(paths || cells ? [] : ['', 'pnpm test:model --paths prints the paths, --cells [STATE] the cells.']),
  ].join('\n');
}
