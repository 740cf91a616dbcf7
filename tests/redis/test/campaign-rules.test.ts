/** The rules of the load campaign, each broken once: a campaign that cannot fail proves nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Position } from '@sallyport/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { Chance, Deck } from '../src/campaign/chance.ts';
import { Findings } from '../src/campaign/findings.ts';
import { Ledger } from '../src/campaign/ledger.ts';
import { MemoryWatch, MOST_GROWTH_BYTES } from '../src/campaign/memory.ts';
import { Reading } from '../src/campaign/reading.ts';
import { ConnectionCheck, Wire } from '../src/campaign/watched-socket.ts';

const at = (offset: number, epoch = 'one'): Position => ({ epoch, offset, tag: `tag ${epoch} ${offset}` });
const publication = (position: Position, data = `p ${position.epoch} ${position.offset}`) =>
  ({ type: 'publication', position, user: 'admin', data }) as const;
const lost = (position: Position) => ({ type: 'lost', position }) as const;

let findings: Findings;
beforeEach(() => {
  findings = new Findings();
});
const rules = () => findings.problems.map((text) => text.split(':')[0]);

describe('the ledger of a channel', () => {
  it('finds two contents at one position', () => {
    const ledger = new Ledger('load:0', findings);
    ledger.at(at(1), 'a');
    ledger.published(at(1), 'b');
    expect(rules()).toEqual(['one position means one content']);
  });

  it('finds one content at two positions of an epoch, and allows it in two epochs', () => {
    const ledger = new Ledger('load:0', findings);
    ledger.at(at(1), 'a');
    ledger.at(at(1, 'two'), 'a');
    expect(rules()).toEqual([]);
    ledger.at(at(2), 'a');
    expect(rules()).toEqual(['a publication is made once']);
  });
});

describe('what a reader got', () => {
  const begun = (history = 5) => {
    const ledger = new Ledger('load:0', findings);
    const reading = new Reading({ reader: 'ada', ledger, findings, history });
    reading.begin(at(10));
    return { ledger, reading };
  };
  const rule = 'a reader has no silent gap and no duplicate';

  it('may have no hole', () => {
    const { reading } = begun();
    reading.take(publication(at(11)));
    expect(rules()).toEqual([]);
    reading.take(publication(at(13)));
    expect(rules()).toEqual([rule]);
  });

  it('may have no duplicate', () => {
    const { reading } = begun();
    reading.take(publication(at(11)));
    reading.take(publication(at(11)));
    expect(rules()).toEqual([rule]);
  });

  it('may change to another epoch only after a loss was told', () => {
    const { reading } = begun();
    reading.take(lost(at(3, 'two')));
    reading.take(publication(at(4, 'two')));
    expect(rules()).toEqual([]);
    reading.take(publication(at(5, 'three')));
    expect(rules()).toEqual([rule]);
  });

  it('may have a loss only where the history is too short', () => {
    const { reading } = begun(5);
    reading.take(lost(at(16)));
    expect(rules()).toEqual([]);
    reading.take(lost(at(21)));
    expect(rules()).toEqual(['a loss is told only where the history cannot fill the gap']);
  });

  it('tells what was delivered, what was told as lost, and what was lost silently', () => {
    const { ledger, reading } = begun();
    for (const offset of [11, 12, 15, 30]) ledger.published(at(offset), `p one ${offset}`);
    ledger.published(at(2, 'two'), 'p two 2');
    ledger.published(at(9, 'between'), 'p between 9');
    reading.take(publication(at(11)));
    const outcomes = () =>
      Object.fromEntries(ledger.allPublished.map((entry) => [entry.content, reading.outcomeOf(entry)]));
    expect(outcomes()).toEqual({
      'p one 11': 'delivered',
      'p one 12': 'silent',
      'p one 15': 'silent',
      'p one 30': 'silent',
      'p two 2': 'silent',
      'p between 9': 'silent',
    });
    reading.take(lost(at(20)));
    expect(outcomes()).toMatchObject({ 'p one 12': 'told', 'p one 15': 'told', 'p one 30': 'silent' });
    reading.take(lost(at(1, 'two')));
    expect(outcomes()).toMatchObject({ 'p one 30': 'told', 'p two 2': 'silent', 'p between 9': 'told' });
    expect(reading.hasReached(at(1, 'two'))).toBe(true);
    expect(reading.hasReached(at(2, 'two'))).toBe(false);
  });
});

describe('what a server sends on one connection', () => {
  const check = () => {
    const one = new ConnectionCheck(new Wire(findings));
    one.asked({ type: 'subscribe', id: 1, channel: 'c', since: at(5) });
    return one;
  };

  it('may have no hole and no duplicate', () => {
    const one = check();
    const publications = [{ offset: 6 }, { offset: 7 }];
    one.received({ type: 'subscribed', id: 1, channel: 'c', position: at(7), recovered: true, publications });
    one.received({ type: 'publication', channel: 'c', offset: 8 });
    expect(rules()).toEqual([]);
    expect(findings.recoveries).toBe(1);
    one.received({ type: 'publication', channel: 'c', offset: 8 });
    one.received({ type: 'publication', channel: 'c', offset: 10 });
    const rule = 'a server sends no hole and no duplicate';
    expect(rules()).toEqual([rule, rule]);
  });

  it('begins a recovery behind the position of the client, and ends it at its own', () => {
    check().received({ type: 'subscribed', id: 1, channel: 'c', position: at(7), recovered: true });
    expect(rules()).toEqual(['a recovery begins behind the position of the client']);
    const publications = [{ offset: 6 }];
    check().received({
      ...{ type: 'subscribed', id: 1, channel: 'c', position: at(7), recovered: true, publications },
    });
    expect(rules()[1]).toBe('a recovery ends at the position of its answer');
  });

  it('tells whether each attempt to publish was answered as unavailable', () => {
    const wire = new Wire(findings);
    const one = new ConnectionCheck(wire);
    const unavailable = { error: { code: 'unavailable' } };
    one.asked({ type: 'publish', id: 1, channel: 'c', data: 'a' });
    expect(wire.isRefused('a')).toBe(false);
    one.received({ type: 'response', id: 1, ...unavailable });
    expect(wire.isRefused('a')).toBe(true);
    one.asked({ type: 'publish', id: 2, channel: 'c', data: 'a' });
    one.received({ type: 'response', id: 2, error: { code: 'unknown' } });
    expect(wire.isRefused('a')).toBe(false);
  });
});

describe('the rest of a campaign', () => {
  it('memory that grows past the bound is a problem, and a new process is not growth', () => {
    const memory = new MemoryWatch();
    const note = (pid: number, residentBytes: number) =>
      memory.note('ws', [{ pid, cpuSeconds: 0, residentBytes }]);
    note(1, 1_000);
    note(2, 2_000 + MOST_GROWTH_BYTES);
    note(1, 1_000 + MOST_GROWTH_BYTES);
    expect(memory.problems).toEqual([]);
    note(1, 1_001 + MOST_GROWTH_BYTES);
    expect(memory.problems).toEqual([`ws grew from 1000 to ${1_001 + MOST_GROWTH_BYTES} bytes`]);
  });

  it('one seed chooses the same faults, and none stays away', () => {
    const dealt = (seed: number) => {
      const deck = new Deck(['a', 'b', 'c', 'd', 'e'], new Chance(seed));
      return Array.from({ length: 10 }, () => deck.deal());
    };
    expect(dealt(7)).toEqual(dealt(7));
    expect(dealt(7)).not.toEqual(dealt(8));
    for (const half of [dealt(7).slice(0, 5), dealt(7).slice(5)])
      expect(half.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('the command says what is wrong with an option, and ends with 2', () => {
    const file = fileURLToPath(new URL('../dist/campaign.js', import.meta.url));
    if (!existsSync(file)) throw new Error(`${file} is not built: run \`pnpm build\` first`);
    const { status, stderr } = spawnSync(process.execPath, [file, '--minutes', 'two'], { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stderr).toContain("option '--minutes <number>' argument 'two' is invalid");
    expect(stderr).toContain('Give a number from 0 to 600, such as 0.5.');
  });
});
