/** What is wrong with a recording, as a sentence that names the file and the line. Proven by: test/read-recording.test.ts. */

/** A recording that cannot be read. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}
