/** The page, as what a server has to say: its files, and the headers that hold it in. */
export { type Asset, readPage } from './assets.ts';
export { contentSecurityPolicy } from './policy.ts';
