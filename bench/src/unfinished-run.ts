/**
 * The rounds that a run has finished so far, in a file, so that a run that was interrupted can be resumed.
 *
 * Only whole rounds are kept, because a ratio divides two samples of one round. The file goes when the run has finished.
 * Proven by: test/resume.test.ts.
 */
import { readFileSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { writeJson } from './json-file.ts';
import type { Plan } from './run-plan.ts';
import type { Sample } from './sample.ts';
import type { Surroundings } from './surroundings.ts';

/** A contender that a round has left out. */
export interface LeftOut {
  readonly contender: string;
  readonly reason: string;
  readonly cause: 'unavailable' | 'failed';
}

export interface Round {
  readonly samples: readonly Sample[];
  readonly leftOut: readonly LeftOut[];
}

/** What must be the same when a run is resumed. Otherwise samples of two different runs would be mixed. */
export interface Settings {
  readonly parts: readonly string[];
  readonly only: readonly string[];
  readonly fiftyThousand: boolean;
  readonly plan: Plan;
  readonly surroundings: Omit<Surroundings, 'loadAtStart'>;
}

interface Content {
  readonly settings: Settings;
  /** Names of the parts whose results are written. */
  readonly finished: string[];
  readonly rounds: Record<string, Round[]>;
}

export class CannotResume extends Error {}

export class UnfinishedRun {
  readonly #file: string;
  readonly #content: Content;

  private constructor(file: string, content: Content) {
    this.#file = file;
    this.#content = content;
  }

  /** Begins anew. Forgets an earlier run that has not finished. */
  static begin(file: string, settings: Settings): UnfinishedRun {
    const run = new UnfinishedRun(file, { settings, finished: [], rounds: {} });
    run.#write();
    return run;
  }

  /** Goes on with the run in the file. Throws `CannotResume` if there is none, or if it had other settings. */
  static resume(file: string, settings: Settings): UnfinishedRun {
    const content = read(file);
    if (content === undefined)
      throw new CannotResume(`there is no run to resume: ${file} does not exist. Start without --resume.`);
    // As JSON, because that is how the others were kept.
    const wanted = JSON.parse(JSON.stringify(settings)) as Settings;
    for (const [name, value] of Object.entries(wanted)) {
      const before: unknown = content.settings[name as keyof Settings];
      if (!isDeepStrictEqual(before, value))
        throw new CannotResume(
          `the run in ${file} had other settings (${name}): ${JSON.stringify(before)}. ` +
            'Give the same parts and options, or start without --resume.',
        );
    }
    return new UnfinishedRun(file, content);
  }

  hasFinished(part: string): boolean {
    return this.#content.finished.includes(part);
  }

  /** A round that an earlier run has finished. Rounds count from 0. */
  recall(part: string, round: number): Round | undefined {
    return this.#content.rounds[part]?.[round];
  }

  record(part: string, round: Round): void {
    this.#content.rounds[part] ??= [];
    this.#content.rounds[part].push(round);
    this.#write();
  }

  /** The results of the part are written. */
  finish(part: string): void {
    this.#content.finished.push(part);
    delete this.#content.rounds[part];
    this.#write();
  }

  /** The run has finished. */
  end(): void {
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    writeJson(this.#file, this.#content);
  }
}

function read(file: string): Content | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as Content;
  } catch {
    throw new CannotResume(`${file} is not whole. Start without --resume.`);
  }
}
