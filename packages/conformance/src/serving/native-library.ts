/** Loads uWebSockets.js if it has a binary for this Node. Otherwise it prints a warning, and tests that need it are skipped. */

/** Upstream has its binaries at the top, the build on the npm registry in a folder. */
const places = ['', 'binaries/'];

/** `load`: the `require` of a package that depends on uWebSockets.js. */
export function nativeLibrary(load: NodeJS.Require): unknown {
  const { platform, arch, version, versions } = process;
  const binary = `uws_${platform}_${arch}_${versions.modules}.node`;
  for (const place of places)
    try {
      // First the binary: without it the package would load a fallback in JavaScript.
      load(`uWebSockets.js/${place}${binary}`);
      return load('uWebSockets.js');
    } catch {}
  console.warn(`SKIPPED: uWebSockets.js has no binary for Node ${version} on ${platform}-${arch}`);
  return undefined;
}
