/**
 * Loads the module of `--app`. A module that cannot be loaded, or that exports something else than an app, is a `StartupError`
 * of one line.
 *
 * The module exports the fields of an app by name, or one object with them as its default. TypeScript is left to Node, which
 * runs it from version 22.18 on. Proven by: test/app-file.test.ts, and test/app.test.ts with both binaries.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '@sallyport/core';
import { type App, checkApp } from './app.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

/** `strip` or `transform` where Node runs TypeScript; absent before Node 22.10. */
const runsTypeScript = Boolean((process.features as { typescript?: unknown }).typescript);
const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/** Names that Node adds to a CommonJS module when it is imported. */
const ADDED_BY_NODE = ['default', 'module.exports', '__esModule'];

/** Loads and checks the app in this file. A relative path starts at the working directory. */
export async function loadApp({ value: file, name }: OptionValue<string>): Promise<App> {
  const path = resolve(file);
  if (!existsSync(path)) throw new StartupError(`${name} ${file}: there is no such file`);
  if (statSync(path).isDirectory())
    throw new StartupError(
      `${name} ${file}: this is a folder; name the file of the module, such as ${file}/app.js`,
    );
  if (TYPESCRIPT.includes(extname(path)) && !runsTypeScript)
    throw new StartupError(
      `${name} ${file}: Node ${process.versions.node} cannot run TypeScript; use Node 22.18 or later, or compile the file to JavaScript`,
    );
  const exported = await importApp(path).catch((error: unknown) => {
    if (error instanceof StartupError) throw new StartupError(`${name} ${file}: ${error.message}`);
    throw new StartupError(`${name} ${file}: ${whatFailed(error, path)}`);
  });
  try {
    checkApp(exported, `the module of ${name}`);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new StartupError(`${name} ${file}: export ${error.message}`);
  }
  if (Object.keys(exported).length === 0)
    throw new StartupError(`${name} ${file}: it exports nothing; export an application, for example`);
  return exported;
}

/** The exports by name, or the fields of the default export. */
async function importApp(path: string): Promise<object> {
  const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  const byName = Object.entries(module).filter(([name]) => !ADDED_BY_NODE.includes(name));
  const { default: whole } = module;
  if (whole === undefined) return Object.fromEntries(byName);
  if (typeof whole !== 'object' || whole === null)
    throw new StartupError(
      `the default export must be an object with the fields of an app, not a ${typeof whole}`,
    );
  // A CommonJS module has all of its exports by name and in its default.
  const others = byName.filter(
    ([name, value]) => (whole as Readonly<Record<string, unknown>>)[name] !== value,
  );
  return { ...whole, ...Object.fromEntries(others) };
}

/** The message of an error at load, and its place in the app where that is known. */
function whatFailed(error: unknown, path: string): string {
  if (!(error instanceof Error)) return String(error);
  const place = error instanceof SyntaxError ? placeOfSyntaxError(path) : firstPlaceIn(error.stack ?? '');
  const where = place === undefined || isOurs(place) ? '' : ` (${place})`;
  return `${error.name}: ${error.message.split('\n', 1)[0]}${where}`;
}

function firstPlaceIn(stack: string): string | undefined {
  const place = /^ +at .*?(file:[^\s()]+:\d+):\d+\)?$/m.exec(stack)?.[1];
  return place?.replace(/^file:\/\//, '');
}

/** A syntax error does not say where it is, except on standard error. It may also be in a file that this one imports. */
function placeOfSyntaxError(path: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' });
  const place = stderr.split('\n', 1)[0]?.replace(/^file:\/\//, '') ?? '';
  return place.startsWith(`${path}:`) ? place : undefined;
}

/** Whether the place is in this package, not in the app. */
function isOurs(place: string): boolean {
  return place.startsWith(new URL('.', import.meta.url).pathname);
}
