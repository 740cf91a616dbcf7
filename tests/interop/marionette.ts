/**
 * A headless Firefox, driven by its own protocol, Marionette: each packet is its length in bytes, a colon, and JSON. A command is
 * `[0, id, name, parameters]`, and its answer `[1, id, error, result]`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const COMMAND = ['firefox-esr', 'firefox'].find(
  (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0,
);

export const whyNoFirefox = COMMAND ? undefined : 'there is no Firefox (Debian: apt install firefox-esr)';

/** An element, as Marionette names it. */
interface Element {
  readonly id: string;
}

export interface Firefox {
  goTo(url: string): Promise<void>;
  /** The first element that the CSS selector finds. */
  element(selector: string): Promise<Element>;
  type(element: Element, text: string): Promise<void>;
  click(element: Element): Promise<void>;
  /** Resolves with the whole text of an element that the CSS selector finds, once it is shown and has this text. */
  text(selector: string, part: string): Promise<string>;
  /** PNG. */
  screenshot(): Promise<Buffer>;
  stop(): Promise<void>;
}

/** Resolves with the text when the page shows it. The page reports each change. */
const TEXT_IS_THERE = `
  const [selector, part, done] = arguments;
  const observer = new MutationObserver(look);
  function look() {
    const found = [...document.querySelectorAll(selector)].find(
      (element) => element.checkVisibility() && element.textContent.includes(part),
    );
    if (!found) return;
    observer.disconnect();
    done(found.textContent);
  }
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
  look();
`;

const HANG_MS = 300_000;

export async function startFirefox(): Promise<Firefox> {
  const profile = await mkdtemp(join(tmpdir(), 'sallyport-firefox-'));
  // With 0 it takes a free port, and writes it into its profile. It makes no request to the internet.
  const preferences = {
    'marionette.port': 0,
    'app.normandy.enabled': false,
    'app.update.disabledForTesting': true,
    'datareporting.policy.dataSubmissionEnabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false,
    'services.settings.server': 'data:,',
  };
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`,
  );
  await writeFile(join(profile, 'user.js'), lines.join(''));
  const options = ['--headless', '--no-remote', '--marionette', '--profile', profile, 'about:blank'];
  const child = spawn(COMMAND ?? 'firefox', options, {
    stdio: 'ignore',
    env: { ...process.env, HOME: profile },
  });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const port = await portIn(profile, () => child.exitCode !== null);
    const socket = connect(port, '127.0.0.1');
    const ask = commands(socket);
    await ask('WebDriver:NewSession', { capabilities: { alwaysMatch: { timeouts: { script: HANG_MS } } } });
    return {
      goTo: async (url) => void (await ask('WebDriver:Navigate', { url })),
      async element(value) {
        const found = await ask('WebDriver:FindElement', { using: 'css selector', value });
        // The key is a constant of WebDriver.
        return { id: String(Object.values(found['value'] as object)[0]) };
      },
      type: async ({ id }, text) => void (await ask('WebDriver:ElementSendKeys', { id, text })),
      click: async ({ id }) => void (await ask('WebDriver:ElementClick', { id })),
      async text(selector, part) {
        const { value } = await ask('WebDriver:ExecuteAsyncScript', {
          script: TEXT_IS_THERE,
          args: [selector, part],
        });
        return String(value);
      },
      async screenshot() {
        const { value } = await ask('WebDriver:TakeScreenshot', { full: false });
        return Buffer.from(String(value), 'base64');
      },
      async stop() {
        socket.destroy();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function portIn(profile: string, hasEnded: () => boolean): Promise<number> {
  for (;;) {
    const written = await readFile(join(profile, 'MarionetteActivePort'), 'utf8').catch(() => '');
    if (written) return Number(written);
    if (hasEnded()) throw new Error('Firefox ended before it listened');
    await wait(50);
  }
}

type Answer = Readonly<Record<string, unknown>>;

/** Sends commands one after the other. Rejects with the error of Firefox. */
function commands(socket: Socket): (name: string, parameters: object) => Promise<Answer> {
  const next = packets(socket);
  let id = 0;
  // The first packet names the protocol.
  const greeted = next();
  return async (name, parameters) => {
    await greeted;
    id += 1;
    const packet = Buffer.from(JSON.stringify([0, id, name, parameters]));
    socket.write(`${packet.length}:`);
    socket.write(packet);
    const [, , error, result] = (await next()) as [1, number, object | null, Answer];
    if (error) throw new Error(`${name}: ${JSON.stringify(error)}`);
    return result;
  };
}

/** Resolves with the next packet. Rejects if the connection ends instead. */
function packets(socket: Socket): () => Promise<unknown> {
  let bytes: Buffer = Buffer.alloc(0);
  const chunks = socket[Symbol.asyncIterator]();
  return async () => {
    for (;;) {
      const colon = bytes.indexOf(':');
      const end = colon + 1 + Number(bytes.toString('latin1', 0, Math.max(colon, 0)));
      if (colon > 0 && bytes.length >= end) {
        const packet = bytes.toString('utf8', colon + 1, end);
        bytes = bytes.subarray(end);
        return JSON.parse(packet);
      }
      const { value, done } = await chunks.next();
      if (done) throw new Error('Firefox closed the connection');
      bytes = Buffer.concat([bytes, value]);
    }
  };
}
