/** Loads the contract that a module exports. What is wrong with the module is a `Refusal`. Proven by: test/contract.test.ts. */
import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ContractDefinition, defineContract } from '@sallyport/contract';
import { exitCodes, Refusal } from '../refusal.ts';

const TYPESCRIPT = ['.ts', '.mts', '.cts'];

/** Runs the module. The export `contract` counts, else the default one. */
export async function loadContract(file: string): Promise<ContractDefinition> {
  const path = resolve(file);
  if (!existsSync(path)) throw unusable(`${file} does not exist`);
  // Node that runs TypeScript says so; @types/node does not know the feature yet.
  if (TYPESCRIPT.includes(extname(path)) && !Reflect.get(process.features, 'typescript'))
    throw unusable(
      `${file} is TypeScript, which Node runs from version 22.18 on; this is ${process.versions.node}: use a newer Node, or pass the compiled file`,
    );
  const module = await load(file, path);
  const exported = module['contract'] ?? module['default'];
  if (exported === undefined)
    throw unusable(`${file} exports no contract: export it as \`contract\`, or as the default`);
  try {
    return defineContract(exported);
  } catch (error) {
    throw unusable(`${file}: ${textOf(error)}`);
  }
}

async function load(file: string, path: string): Promise<Readonly<Record<string, object | undefined>>> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw unusable(`${file} cannot be loaded: ${textOf(error)}`);
  }
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n', 1).join('') || 'an error without a text';
}

function unusable(message: string): Refusal {
  return new Refusal(message, exitCodes.unreachable);
}
