/** The harness with a live view, whose page is one file. */
import { createLiveView, type LiveViewOptions } from '@sallyport/operations';
import { harness } from '../harness.ts';

const body = new TextEncoder().encode('<!doctype html>');

export const page = [
  { path: '/', type: 'text/html; charset=utf-8', body, isImmutable: false },
  { path: '/live-0123456789.js', type: 'text/javascript; charset=utf-8', body, isImmutable: true },
];

/** `at` is the wall clock of the view; a test sets it. */
export function liveHarness(
  options: Partial<LiveViewOptions> = {},
  more: Parameters<typeof harness>[0] = {},
) {
  const wall = { at: 1_000 };
  const live = createLiveView({ page, now: () => wall.at, ...options });
  return { ...harness({ live, ...more }), live, wall };
}
