/** Captures the traffic of a loopback port with tshark, a dissector that knows nothing of this project. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const fields = [
  'tcp.dstport',
  'tcp.payload',
  'http.request.method',
  'http.upgrade',
  'http.sec_websocket_key',
  'http.response.code',
  'http.sec_websocket_accept',
  'websocket.fin',
  'websocket.opcode',
  'websocket.mask',
  'websocket.masking_key',
  'websocket.payload.text',
  'websocket.payload.close.status_code',
] as const;

/** One packet with data. A field that the packet lacks is empty. */
export type Packet = Readonly<Record<(typeof fields)[number], string>>;

export interface Sniffer {
  /** Resolves when this many packets have been dissected. */
  packets(count: number): Promise<readonly Packet[]>;
  stop(): Promise<void>;
}

/** The reason why it cannot run here: it is not installed, or may not capture. Undefined if it can. */
export function whyNoSniffer(): string | undefined {
  const { error, status } = spawnSync('tshark', ['-i', 'lo', '-a', 'duration:1', '-c', '1'], {
    stdio: 'ignore',
  });
  if (error) return 'there is no tshark (Debian: apt install tshark)';
  return status === 0
    ? undefined
    : 'tshark may not capture on the loopback: run this as root, or join the group wireshark';
}

export async function sniff(port: number): Promise<Sniffer> {
  const child = spawn(
    'tshark',
    [
      ...['-i', 'lo', '-l', '-f', `tcp port ${port}`, '-Y', 'tcp.len > 0'],
      ...['-d', `tcp.port==${port},http`, '-T', 'fields', '-E', 'separator=/t'],
      ...fields.flatMap((field) => ['-e', field]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const packets: Packet[] = [];
  const waiting: (() => void)[] = [];
  const goOn = () => {
    for (const one of waiting.splice(0)) one();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const values = line.split('\t');
    packets.push(Object.fromEntries(fields.map((field, i) => [field, values[i] ?? ''])) as Packet);
    goOn();
  });
  await capturing(child);
  child.once('close', goOn);
  return {
    async packets(count) {
      while (packets.length < count) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(
            `tshark ended after ${packets.length} packets of ${count}: ${JSON.stringify(packets)}`,
          );
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      return packets.slice(0, count);
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

function capturing(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('Capture started')) resolve();
    });
    child.once('exit', () => reject(new Error(`tshark ended: ${said}`)));
  });
}
