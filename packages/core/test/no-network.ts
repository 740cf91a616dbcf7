/**
 * Keeps the tests of the pure packages off the network: a test that opens a socket, or listens, throws.
 * vitest.config.ts loads it before each of their test files.
 */
import net from 'node:net';

function refuse(): never {
  throw new Error('a pure package used the network');
}

net.Socket.prototype.connect = refuse;
net.Server.prototype.listen = refuse;
