/** An upgrade request of the JSON protocol, for tests of what is read of it. */
import type { RawRequest, UpgradeRequest } from '@sallyport/core';

type Lines = readonly (readonly [name: string, value: string])[];

export const upgradeRequest: UpgradeRequest = {
  address: '192.0.2.1',
  origin: undefined,
  host: 'gate.example',
  protocols: 'sallyport.v1',
  version: '13',
};

export function rawRequest(lines: Lines = [], url = '/'): RawRequest {
  return {
    method: 'GET',
    url,
    forEachHeader(add) {
      for (const [name, value] of lines) add(name, value);
    },
  };
}
