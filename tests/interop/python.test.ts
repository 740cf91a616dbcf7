/** A second implementation at the other end: Python's `websockets`, with the tutorial's client, against both binaries. */
import { describe, expect, it } from 'vitest';
import { binaries, isUnavailable, start } from './binaries.ts';
import { converse, whyNoTutorial } from './tutorial.ts';

const obstacle = whyNoTutorial();
if (obstacle) console.warn(`skipped: ${obstacle}`);

describe.for(binaries)('the tutorial’s client with %s', (binary) => {
  it.skipIf(obstacle ?? isUnavailable(binary))(
    'the tutorial’s client signs in, talks and leaves',
    async () => {
      const server = await start(binary, ['--log-level', 'debug']);
      try {
        const { output, code } = await converse(server.url, [
          'admin:1',
          'nonsense',
          'admin:123456',
          'hello',
          'é€😀',
          'exit',
        ]);
        expect(output).toBe(
          [
            'please enter your username and password: sorry, the username or password is wrong, please submit again',
            'please enter your username and password: sorry, the username or password is wrong, please submit again',
            'please enter your username and password: congratulation, you have connect with server\r',
            'now, you can do something else',
            'please enter your context: your submit context: hello',
            'please enter your context: your submit context: é€😀',
            'please enter your context: you have enter "exit", goodbye',
            '',
          ].join('\n'),
        );
        expect(code).toBe(0);
      } finally {
        await server.stop();
      }
      expect(server.log).toContainEqual(expect.objectContaining({ event: 'session.closed', code: 1000 }));
    },
  );
});
