/** A client that sends as fast as it can. */
import type { Client } from '@sallyport/conformance';
import { floodMiB } from './amounts.ts';

/** Sends that many MiB as fast as the server takes them, or until the server cuts the connection. */
export function flood({ socket }: Client, bytes: Buffer): Promise<void> {
  let left = Math.ceil((floodMiB * 2 ** 20) / bytes.length);
  return new Promise((resolve) => {
    const write = () => {
      while (left > 0 && socket.writable) {
        left -= 1;
        if (!socket.write(bytes)) return;
      }
      resolve();
    };
    socket
      .on('drain', write)
      .on('close', resolve)
      .on('error', () => resolve());
    write();
  });
}

/** That many frames in one write. */
export const many = (one: Buffer, count: number) => Buffer.concat(Array.from({ length: count }, () => one));
