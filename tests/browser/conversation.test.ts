/** The transcript shows any message as text, and keeps a limited number of them. */
import { expect, it } from 'vitest';
import {
  expectNoBrowserErrors,
  onBothBinaries,
  onOneBinary,
  openPage,
  sendMessage,
  sharedServer,
  signIn,
  waitForStatus,
  waitForTranscript,
} from './fixture.ts';

onBothBinaries((binary) => {
  it('the page says that a message which is too long has ended the session', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await sendMessage(page, 'x'.repeat(70_000));
    await waitForTranscript(page, 'A message was longer than the server accepts.');
    await waitForStatus(page, 'Signed out');
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
  });

  it('the page sends hex bytes and files as binary messages', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await page.getByText('Demo user: admin, password 123456').waitFor();
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    await page.getByRole('checkbox', { name: 'Hex bytes' }).check();
    await sendMessage(page, '00 f');
    await page.getByRole('alert').getByText('Not sent: hex bytes are pairs of digits').waitFor();
    await sendMessage(page, '00 ff');
    await waitForTranscript(page, '2 bytes: 00 ff');
    await page
      .getByLabel('Binary file')
      .setInputFiles({ name: 'a.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([1, 2, 3]) });
    await waitForTranscript(page, '3 bytes: 01 02 03');
    await page.locator('#frame-rows tr.sent.binary').nth(1).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await waitForStatus(page, 'Signed out');
  });
});

onOneBinary((binary) => {
  it('E25: the page shows hostile messages as text', async () => {
    const { url } = sharedServer(binary);
    const opened = await openPage(url);
    const { page } = opened;
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    const before = await page.evaluate(() => document.querySelectorAll('img, script, a, iframe').length);
    const hostile: [string, string][] = [
      [
        '<img src=x onerror=alert(1)><script>alert(2)</script>',
        '<img src=x onerror=alert(1)><script>alert(2)</script>',
      ],
      ['\u202egnp.exe\u202c', '⟨U+202E⟩gnp.exe⟨U+202C⟩'],
      ['\u001b[31mred\u001b[0m\u0007', '⟨U+001B⟩[31mred⟨U+001B⟩[0m⟨U+0007⟩'],
      ['</p></div><!--', '</p></div><!--'],
    ];
    for (const [text, shown] of hostile) {
      await sendMessage(page, text);
      await waitForTranscript(page, `your submit context: ${shown}`);
    }
    expect(await page.evaluate(() => document.querySelectorAll('img, script, a, iframe').length)).toBe(
      before,
    );
    // The Frames panel shows these characters, too.
    const rows = (await page.locator('#frame-rows').textContent()) ?? '';
    for (const odd of ['\u202e', '\u001b']) expect(rows).not.toContain(odd);
    expectNoBrowserErrors(opened);
  });

  it('E25: the page shows a hostile username as text', async () => {
    const { url } = sharedServer(binary);
    const opened = await openPage(url);
    await signIn(opened.page, 'x', '<b>\u202eadmin');
    await opened.page.getByRole('alert').getByText('Wrong username or password.').waitFor();
    expectNoBrowserErrors(opened);
  });

  it('after a thousand lines the page has dropped the oldest and shows the newest', async () => {
    const { url } = sharedServer(binary);
    const { page } = await openPage(url);
    await signIn(page);
    await waitForStatus(page, 'Signed in as admin');
    for (let batch = 0; batch < 10; batch += 1) {
      await page.evaluate((first) => {
        const [message, form] = [document.querySelector('textarea'), document.querySelector('#composer')];
        for (let line = first; line < first + 100; line += 1) {
          if (message) message.value = `line ${line}`;
          (form as HTMLFormElement).requestSubmit();
        }
      }, batch * 100);
      await waitForTranscript(page, `your submit context: line ${batch * 100 + 99}`);
    }
    // A heartbeat may come behind the last answer.
    const frames = page.locator('#frame-rows > tr').filter({ hasNotText: '"heartbeat"' });
    await frames.last().getByText('your submit context: line 999').waitFor();
    // 2003 frames, and the heartbeats.
    expect(await page.locator('#frame-count').textContent()).toMatch(/^1000 of 2\d{3}$/);
    const counts = await page.evaluate(() => ({
      entries: document.querySelectorAll('#log > *').length,
      rows: document.querySelectorAll('#frame-rows > tr').length,
      fromEnd: (({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)(
        document.querySelector('#log') as HTMLElement,
      ),
    }));
    expect(counts.entries).toBe(500);
    expect(counts.rows).toBe(1_000);
    expect(counts.fromEnd).toBeLessThan(2);
  });
});
