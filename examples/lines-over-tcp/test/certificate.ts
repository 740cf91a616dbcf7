/** A key and a certificate of `localhost`, for tests only. */
import { readFileSync } from 'node:fs';

const read = (name: string) => readFileSync(new URL(`./localhost.${name}.pem`, import.meta.url), 'utf8');

export const key = read('key');
export const cert = read('cert');
