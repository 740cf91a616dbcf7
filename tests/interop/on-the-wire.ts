/** Makes docs/on-the-wire.md from a capture: one handshake and one message each way, byte by byte. */
import { createHash } from 'node:crypto';

/** The bytes of four packets, in their order. */
export interface Captured {
  readonly asked: Buffer;
  readonly answered: Buffer;
  readonly masked: Buffer;
  readonly plain: Buffer;
}

/** RFC 6455, 1.3: the same for every handshake. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export function onTheWire({ asked, answered, masked, plain }: Captured): string {
  const key = header(asked, 'Sec-WebSocket-Key');
  const digest = createHash('sha1').update(`${key}${GUID}`).digest();
  const mask = masked.subarray(2, 6);
  const payload = masked.subarray(6);
  return `# On the wire

One connection to \`sallyport-ws\`, captured with tshark on the loopback and taken apart. This page is written by a test
([\`tests/interop/on-the-wire.test.ts\`](../tests/interop/on-the-wire.test.ts)), from the capture: its bytes are those that went over the wire.

The classic tutorial looks at its traffic and leaves a question open: the server's messages can be read, the client's look like
garbage; how is the content encoded? The answer is in [section 2](#2-a-message-of-the-client): it is not encrypted, each byte
is XORed with a byte of a key, and that key is sent along.

## 1. The handshake

The client asks by HTTP. Every line ends in CR LF (\`0d 0a\`), and an empty one ends the request:

\`\`\`
${dump(asked)}
\`\`\`

and the server agrees:

\`\`\`
${dump(answered)}
\`\`\`

From here on the same TCP connection carries frames, in both directions, and no HTTP any more.

The key is not a secret and signs no user in. With it the server proves that it understood the request as one for a WebSocket
(RFC 6455, 4.2.2), which a server of something else would not do by accident:

| step | value |
|---|---|
| the key, as it was sent | \`${key}\` |
| and the GUID of the RFC behind it | \`${key}${GUID}\` |
| SHA-1 of that, ${digest.length} bytes | \`${hex(digest)}\` |
| in base64: \`Sec-WebSocket-Accept\` | \`${digest.toString('base64')}\` |

## 2. A message of the client

\`${unmask(payload, mask)}\` is the frame (RFC 6455, 5.2)

\`\`\`
${hex(masked)}
\`\`\`

| bytes | in bits | meaning |
|---|---|---|
${firstBytes(masked)}
| \`${hex(mask)}\` | | the masking key, chosen anew for every frame |
| \`${hex(payload)}\` | | the payload, masked |

Byte *i* of the payload is XORed with byte *i* mod 4 of the key:

| i | masked | key | XOR | text |
|---|---|---|---|---|
${[...payload].map((byte, i) => maskRow(byte, mask[i % 4] ?? 0, i)).join('\n')}

XOR undoes itself (*a* ^ *k* ^ *k* = *a*), so the same operation masks in the client and unmasks in the server; a reader with the
frame has the key. It is there for another reason than secrecy: a page in a browser must not be able to choose the bytes that
its messages become on the wire, or it could make them look like a request to a cache between it and the server (RFC 6455,
10.3). Our own tests send this frame with a fixed key; a real client draws a random one.

## 3. A message of the server

Later, when the client is signed in and has said \`hello\`:

\`\`\`
${hex(plain)}
\`\`\`

| bytes | in bits | meaning |
|---|---|---|
${firstBytes(plain)}
| the other ${plain.length - 2} | | the payload as it is: \`${plain.toString('utf8', 2)}\` |

A server must not mask (RFC 6455, 5.1), so this direction can be read in any dump. A server that gets a frame without a mask must
close; what the libraries do is in [transports.md](transports.md#frames-without-a-mask).

Neither direction is secret. That needs TLS: with \`wss:\` all of the above, the handshake too, goes through an encrypted connection.

## See for yourself

\`\`\`sh
npx -y pnpm@10.34.9 start
sudo tshark -i lo -f 'tcp port 5678' -d tcp.port==5678,http -Y 'http or websocket' -O websocket   # in a second terminal
npx -y pnpm@10.34.9 sallyport connect                                                            # in a third
\`\`\`

Capturing needs a permission, hence \`sudo\`. On Debian the members of the group \`wireshark\` may do it without \`sudo\`, once
\`sudo dpkg-reconfigure wireshark-common\` has been answered with yes. On macOS the loopback is \`lo0\`.
`;
}

function firstBytes(frame: Buffer): string {
  const [first = 0, second = 0] = frame;
  const isMasked = second >> 7;
  return [
    `| \`${hex(frame.subarray(0, 1))}\` | ${bits(first, 1, 3, 4)} | FIN: the message is whole; RSV: no extension; opcode ${first & 15}: text |`,
    `| \`${hex(frame.subarray(1, 2))}\` | ${bits(second, 1, 7)} | MASK: ${isMasked ? 'masked' : 'not masked'}; ${second & 127} bytes of payload |`,
  ].join('\n');
}

function bits(byte: number, ...widths: number[]): string {
  const all = byte.toString(2).padStart(8, '0');
  return widths.map((width, i) => `\`${all.slice(sum(widths.slice(0, i))).slice(0, width)}\``).join(' ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function maskRow(byte: number, key: number, i: number): string {
  const plain = byte ^ key;
  const cells = [byte, key, plain].map((value) => `\`${hex(Buffer.from([value]))}\``);
  return `| ${i} | ${cells.join(' | ')} | \`${String.fromCharCode(plain)}\` |`;
}

function unmask(payload: Buffer, mask: Buffer): string {
  return Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] ?? 0))).toString();
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** 16 bytes a line, with their readable characters. */
function dump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const part = bytes.subarray(at, at + 16);
    const text = part.toString('latin1').replace(/[^ -~]/g, '.');
    lines.push(`${at.toString(16).padStart(4, '0')}  ${hex(part).padEnd(47)}  ${text}`);
  }
  return lines.join('\n');
}

function header(request: Buffer, name: string): string {
  return new RegExp(`^${name}: (.*)\r$`, 'm').exec(request.toString('latin1'))?.[1] ?? '';
}
