/** uWebSockets.js where this Node has a binary of it, and a loud word where not: what needs it is then skipped. */

/** Upstream has its binaries at the top, the build on the npm registry in a folder. */
const places = ['', 'binaries/'];

/** By the `require` of who depends on it. */
export function nativeLibrary(load: NodeJS.Require): unknown {
  const { platform, arch, version, versions } = process;
  const binary = `uws_${platform}_${arch}_${versions.modules}.node`;
  for (const place of places)
    try {
      // Looked for first: without it the package would turn into an imitation.
      load(`uWebSockets.js/${place}${binary}`);
      return load('uWebSockets.js');
    } catch {}
  console.warn(`SKIPPED: uWebSockets.js has no binary for Node ${version} on ${platform}-${arch}`);
  return undefined;
}
