import { sourceOf } from '@sallyport/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';

it.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['::FFFF:7f00:1', '127.0.0.1'],
  ['0000:0000:0000:0000:0000:ffff:7f00:0001', '127.0.0.1'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
  ['2001:0DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8:0:2::1', '2001:db8:0:2::/64'],
  ['2001:db8::', '2001:db8:0:0::/64'],
  ['1:2:3::', '1:2:3:0::/64'],
  ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['', ''],
  ['unknown', ''],
  ['192.0.2.1:80', ''],
  ['1.2.3', ''],
])('A37: the source of %s is %s', (address, source) => {
  expect(sourceOf(address)).toBe(source);
});

const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));

it('A37: all addresses of a /64 are one source, in every notation', () => {
  const four = fc.tuple(group, group, group, group);
  fc.assert(
    fc.property(four, four, four, (network, one, other) => {
      const padded = [...network, ...other].map((part) => part.padStart(4, '0').toUpperCase()).join(':');
      expect(sourceOf([...network, ...one].join(':'))).toBe(sourceOf(padded));
    }),
  );
});

it('A37: an IPv4 address is the same source in all its forms', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const hex = (high: number, low: number) => (high * 256 + low).toString(16).padStart(4, '0');
      expect(sourceOf(`::ffff:${address}`)).toBe(address);
      expect(sourceOf(`0000:0000:0000:0000:0000:ffff:${hex(a, b)}:${hex(c, d)}`)).toBe(address);
    }),
  );
});

it('A37: the source of an address never throws, for any text', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV6()), (address) => void sourceOf(address)));
});
