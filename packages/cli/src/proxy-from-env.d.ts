/** It brings no declarations; this is all that is used of it. */
declare module 'proxy-from-env' {
  /** The proxy that the environment names for this URL; empty if there is none. */
  export function getProxyForUrl(url: string): string;
}
