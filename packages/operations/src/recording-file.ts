/**
 * The file of a recording: takes lines from a recorder, writes them without blocking, and rotates by size.
 *
 * Lines wait in a bounded queue. If the disk does not take them, they are lost and counted, and the next line of the file says how many.
 * Sessions never wait and never notice. Proven by: test/recording-file.test.ts.
 */
import { constants, type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { checkKnownOptions, UsageError } from '@sallyport/core';

/** Options of `openRecordingFile`. */
export interface RecordingFileOptions {
  /** The path of the file. Older parts get the same path with `.1`, `.2` and so on; the highest number is the oldest. */
  readonly path: string;
  /** Bytes after which a new file begins. At least 65 536. Default 16 777 216 (16 MiB). */
  readonly fileBytes?: number | undefined;
  /** Files to keep, with the current one; the oldest is deleted. From 1 to 1000. Default 5. */
  readonly files?: number | undefined;
  /** Called when lines begin to be lost, with the error of the system. Called once until lines are written again. */
  readonly onFailure?: ((error: NodeJS.ErrnoException) => void) | undefined;
  /** Called when lines are written again, with the number of lines that were lost. */
  readonly onRecovery?: ((lost: number) => void) | undefined;
}

/** An open recording file. */
export interface RecordingFileWriter {
  /** Lines that were lost. Never decreases. */
  readonly lost: number;
  /** Takes a line, with its line end. The first one is the header, which every file begins with. Never throws and never waits. */
  write(line: string): void;
  /** Resolves when all lines are written or lost, and the file is closed. Never rejects. Later lines are lost. */
  close(): Promise<void>;
}

const FILE_BYTES = 16_777_216;
const FILES = 5;
const LEAST_FILE_BYTES = 65_536;
const MOST_FILES = 1_000;
/** UTF-16 units that may wait for the disk. */
const MAX_WAITING = 4_194_304;
/** UTF-16 units that are written at once. */
const BATCH = 32_768;
/** After an error, milliseconds until the disk is tried again. */
const RETRY_MS = 1_000;
/** Only the owner may read it: it has names and addresses. */
const MODE = 0o600;

const optionNames: Readonly<Record<keyof RecordingFileOptions, true>> = {
  path: true,
  fileBytes: true,
  files: true,
  onFailure: true,
  onRecovery: true,
};

/**
 * Opens the file for a new recording; what it had before becomes `PATH.1`. Rejects with the error of the system if it cannot be opened.
 * Throws a `UsageError` that names the first wrong option.
 */
export async function openRecordingFile(options: RecordingFileOptions): Promise<RecordingFileWriter> {
  checkKnownOptions('openRecordingFile', options, Object.keys(optionNames));
  const { path, fileBytes, files } = options;
  if (typeof path !== 'string' || path === '')
    throw new UsageError('path', 'must be the path of a file', path);
  checkWhole('fileBytes', fileBytes, LEAST_FILE_BYTES, Number.MAX_SAFE_INTEGER);
  checkWhole('files', files, 1, MOST_FILES);
  const writer = new RotatedFile(options);
  await writer.open();
  return writer;
}

class RotatedFile implements RecordingFileWriter {
  lost = 0;
  readonly #options: RecordingFileOptions;
  readonly #fileBytes: number;
  readonly #files: number;
  #handle: FileHandle | undefined;
  /** The bytes of the file that hold whole lines. */
  #size = 0;
  #isRegular = true;
  #header = '';
  #waiting: string[] = [];
  #waitingLength = 0;
  /** Lines lost since the last line that waits. */
  #dropped = 0;
  /** Lines lost at the disk since the last one that was written. */
  #failed = 0;
  #isFailing = false;
  #retryAt = 0;
  #isClosed = false;
  #writing: Promise<void> | undefined;

  constructor(options: RecordingFileOptions) {
    this.#options = options;
    this.#fileBytes = options.fileBytes ?? FILE_BYTES;
    this.#files = options.files ?? FILES;
  }

  async open(): Promise<void> {
    const found = await stat(this.#options.path).catch(ignoreAbsent);
    this.#isRegular = !found || found.isFile();
    if (found && !found.isFile() && !found.isCharacterDevice())
      throw Object.assign(new Error('it is not a file'), { code: 'EISDIR' });
    if (found?.isFile() && found.size > 0) await this.#shift();
    await this.#begin();
  }

  write(line: string): void {
    if (this.#header === '') {
      this.#header = line;
      this.#start();
      return;
    }
    if (this.#isClosed || (this.#isFailing && performance.now() < this.#retryAt)) {
      this.lost += 1;
      this.#failed += 1;
    } else if (this.#waitingLength + line.length > MAX_WAITING) {
      this.lost += 1;
      this.#dropped += 1;
      this.#fail(Object.assign(new Error('the disk is too slow'), { code: 'EAGAIN' }));
    } else {
      if (this.#dropped > 0) this.#wait(lostLine(this.#dropped));
      this.#dropped = 0;
      this.#wait(line);
      this.#start();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#writing;
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close().catch(() => {});
  }

  #wait(line: string): void {
    this.#waiting.push(line);
    this.#waitingLength += line.length;
  }

  #start(): void {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Writes until nothing waits. Never rejects. Its first step waits, so that the lines of one turn are written together. */
  async #writeAll(): Promise<void> {
    await undefined;
    do {
      const { text, lines } = this.#takeBatch();
      try {
        await this.#writeBatch(text);
        this.#recover();
      } catch (error) {
        this.lost += lines;
        this.#failed += lines;
        await this.#handle?.truncate(this.#size).catch(() => {});
        this.#retryAt = performance.now() + RETRY_MS;
        this.#fail(error as NodeJS.ErrnoException);
      }
    } while (this.#waiting.length > 0);
  }

  #takeBatch(): { readonly text: string; readonly lines: number } {
    let text = '';
    let lines = 0;
    while (lines < this.#waiting.length && text.length < BATCH) {
      text += this.#waiting[lines];
      lines += 1;
    }
    this.#waiting = this.#waiting.slice(lines);
    this.#waitingLength -= text.length;
    return { text, lines };
  }

  async #writeBatch(text: string): Promise<void> {
    const failed = this.#failed;
    const bytes = Buffer.from(failed > 0 ? lostLine(failed) + text : text);
    if (this.#isRegular && this.#size > 0 && this.#size + bytes.length > this.#fileBytes)
      await this.#rotate();
    if (this.#size === 0) await this.#append(Buffer.from(this.#header));
    await this.#append(bytes);
    this.#failed -= failed;
  }

  /** A write may take only a part. What an error leaves behind `#size` is cut off, or overwritten by the next batch. */
  async #append(bytes: Buffer): Promise<void> {
    const handle = this.#handle as FileHandle;
    let written = 0;
    while (written < bytes.length) {
      const { bytesWritten } = await handle.write(
        bytes,
        written,
        bytes.length - written,
        this.#size + written,
      );
      written += bytesWritten;
    }
    this.#size += bytes.length;
  }

  /** The current file stays open until there is a new one. */
  async #rotate(): Promise<void> {
    const handle = this.#handle;
    await this.#shift();
    await this.#begin();
    await handle?.close();
  }

  async #begin(): Promise<void> {
    const { O_CREAT, O_TRUNC, O_WRONLY } = constants;
    this.#handle = await open(this.#options.path, O_WRONLY | O_CREAT | O_TRUNC, MODE);
    this.#size = 0;
  }

  /** Gives each file the next number, and deletes the oldest one. */
  async #shift(): Promise<void> {
    const { path } = this.#options;
    const oldest = this.#files - 1;
    if (oldest === 0) return rm(path, { force: true });
    for (let number = oldest; number > 0; number -= 1)
      await rename(number === 1 ? path : `${path}.${number - 1}`, `${path}.${number}`).catch(ignoreAbsent);
  }

  #fail(error: NodeJS.ErrnoException): void {
    if (this.#isFailing) return;
    this.#isFailing = true;
    this.#options.onFailure?.(error);
  }

  #recover(): void {
    if (!this.#isFailing || this.#dropped > 0) return;
    this.#isFailing = false;
    this.#options.onRecovery?.(this.lost);
  }
}

function lostLine(lost: number): string {
  return `{"lost":${lost}}\n`;
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

function checkWhole(option: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least && value <= most)) return;
  throw new UsageError(option, `must be a whole number from ${least} to ${most}`, value);
}
