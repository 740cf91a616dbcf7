/**
 * Proves that the pure packages are tested with no network: a test that opens a socket, or listens, throws.
 * Set up for each of their test files by vitest.config.ts.
 */
import net from 'node:net';

function refuse(): never {
  throw new Error('A pure package reached for the network');
}

net.Socket.prototype.connect = refuse;
net.Server.prototype.listen = refuse;
