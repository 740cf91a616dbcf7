/** The table of reasons (PROTOCOL.md, section 4). */
import { cutReason, reasonOfPeerClose, reasonOfServerClose, reasons } from '@sallyport/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyCharacter } from './any-character.ts';

const encoder = new TextEncoder();

describe('the table of reasons', () => {
  it.each(Object.entries(reasons))('E20: the reason %s can be sent as a close frame', (name, row) => {
    expect(encoder.encode(row.text).length).toBeLessThanOrEqual(123);
    expect(row.label).toBe(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
    // 1004, 1005, 1015 and the unassigned are never sent (RFC 6455, 7.4); 1006 stands for a cut.
    expect(
      [1000, 1001, 1003, 1006, 1008, 1009, 1011, 1012, 1013].includes(row.code) || row.code >= 4000,
    ).toBe(true);
    expect(row.code).toBeLessThan(5000);
    expect(row.notBeforeMs > 0 && row.retry !== 'later').toBe(false);
  });

  it('the close code of a client leads to its reason', () => {
    const codes = [1000, 1001, 1002, 1005, 1006, 1007, 1008, 1009, 1011, 3000, 4001];
    expect(codes.map(reasonOfPeerClose)).toEqual([
      'clientLeft',
      'pageLeft',
      'protocolError',
      'clientLeft',
      'connectionLost',
      'protocolError',
      'protocolError',
      'messageTooBig',
      'clientLeft',
      'clientLeft',
      'clientLeft',
    ]);
  });
});

describe('the close code of a server', () => {
  it.each(Object.entries(reasons).filter(([, { code }]) => code !== 1006 && code !== 1001))(
    'a client reads the close code of %s as that reason',
    (name, { code, text, retry }) => {
      const read = reasonOfServerClose(code, text);
      expect(read).toBe(name === 'clientLeft' ? 'applicationClosed' : name);
      // The code alone is enough for the client to act on.
      expect(reasons[reasonOfServerClose(code)].retry).toBe(retry);
    },
  );

  it('every close code has a reason', () => {
    const codes = [1000, 1001, 1002, 1005, 1006, 1007, 1014, 1015, 3000, 4000];
    expect(codes.map((code) => reasonOfServerClose(code))).toEqual([
      'applicationClosed',
      'draining',
      'protocolError',
      'applicationClosed',
      'connectionLost',
      'protocolError',
      'overloaded',
      'connectionLost',
      'applicationClosed',
      'applicationClosed',
    ]);
  });
});

describe('a close text', () => {
  it('E19: a close text is cut to 123 bytes, between characters', () => {
    expect(cutReason('x'.repeat(200))).toBe('x'.repeat(123));
    expect(cutReason('é'.repeat(80))).toBe('é'.repeat(61));
    expect(cutReason('€'.repeat(80))).toBe('€'.repeat(41));
    expect(cutReason('😀'.repeat(80))).toBe('😀'.repeat(30));
  });

  it('E19: a close text is cut to the longest beginning that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 200 }), (text) => {
        const cut = cutReason(text);
        const bytes = encoder.encode(cut).length;
        expect(text.startsWith(cut)).toBe(true);
        expect(bytes).toBeLessThanOrEqual(123);
        if (cut !== text) expect(bytes).toBeGreaterThan(119);
      }),
    );
  });
});
