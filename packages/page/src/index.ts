/** The pages for a server: their files, and the policy header that restricts the page for clients. */
export { type Asset, type PageOptions, readLiveView, readPage } from './assets.ts';
export { contentSecurityPolicy } from './policy.ts';
