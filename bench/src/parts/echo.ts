/** Echoes in a closed loop: messages a second, and the server's CPU time for each. */
import type { Arena } from '../arena.ts';
import type { Contender } from '../contenders.ts';
import type { Part } from '../part.ts';
import { type Findings, inRounds } from '../rounds.ts';
import type { Figure } from '../sample.ts';

interface Load {
  readonly inFlight: number;
  readonly textBytes: number;
  readonly label: string;
}

export const small = { textBytes: 32, label: '32 B' };
const medium = { textBytes: 1_024, label: '1 KiB' };
const large = { textBytes: 65_536, label: '64 KiB' };

/** All contenders run the first two loads. Only controls and our servers run the others. */
const loads: readonly Load[] = [small, medium, large].flatMap((text) => [
  { ...text, inFlight: 1 },
  { ...text, inFlight: 16 },
]);
const loadsOf = ({ kind }: Contender) => (kind === 'control' || kind === 'ours' ? loads : loads.slice(0, 2));

const said = ({ label, inFlight }: Load) => `${label}, ${inFlight} in flight`;
export const rate = (load: Load): Figure => ({
  name: `echo, ${said(load)}`,
  unit: 'messages/s',
  better: 'more',
});
const cost = (load: Load): Figure => ({
  name: `server CPU, ${said(load)}`,
  unit: 'µs/message',
  better: 'less',
});
const generatorShare = (load: Load): Figure => ({
  name: `generator's core, ${said(load)}`,
  unit: '% busy',
  better: 'neither',
});

export const echo: Part = {
  name: 'echo',
  about: 'messages/s and server CPU per message, 1 and 16 in flight, 32 B to 64 KiB',
  run: (circumstances) =>
    inRounds('echo', circumstances, circumstances.contenders, async (arena, contender) => {
      const { talking, warmSeconds, echoSeconds } = circumstances.plan;
      await arena.openTalking(talking);
      await arena.closedLoop({ inFlight: 16, textBytes: small.textBytes, seconds: warmSeconds });
      const findings: Findings[] = [];
      for (const load of loadsOf(contender)) findings.push(await measure(arena, load, echoSeconds));
      return findings.flat();
    }),
};

async function measure(arena: Arena, load: Load, seconds: number): Promise<Findings> {
  const { inFlight, textBytes } = load;
  // Warms up the buffers of the sockets, and everything that a server sizes by its traffic.
  await arena.closedLoop({ inFlight, textBytes, seconds: seconds / 5 });
  const before = await arena.cpuMicros();
  const run = await arena.closedLoop({ inFlight, textBytes, seconds });
  const cpuMicros = (await arena.cpuMicros()) - before;
  return [
    [rate(load), run.messages / run.seconds],
    [cost(load), cpuMicros / run.messages],
    [generatorShare(load), run.generatorShare * 100],
  ];
}
