/** The page for a server: its files, and the policy header that restricts it. */
export { type Asset, type PageOptions, readPage } from './assets.ts';
export { contentSecurityPolicy } from './policy.ts';
