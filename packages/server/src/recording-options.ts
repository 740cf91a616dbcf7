/** The options of the recording. Proven by: test/recording-options.test.ts. */

import type { Configuration } from './configuration/resolve.ts';
import type { OptionValue } from './option-source.ts';
import { StartupError } from './startup-error.ts';

export interface RecordingOptions {
  readonly file: OptionValue<string>;
  /** Absent: all sessions are recorded. */
  readonly user?: string;
  /** Absent: the default of `openRecordingFile`. */
  readonly fileBytes?: number;
  /** Absent: the default of `openRecordingFile`. */
  readonly files?: number;
}

/** Returns no `recording` if the operator wants none. Throws a `StartupError` for options that have no effect. */
export function recordingOptions(configuration: Configuration): { readonly recording?: RecordingOptions } {
  const file = configuration.given<string>('record');
  const user = configuration.given<string>('recordUser');
  const bytes = configuration.given<number>('recordBytes');
  const files = configuration.given<number>('recordFiles');
  const useless = user ?? bytes ?? files;
  if (!file && useless)
    throw new StartupError(`${useless.name} has no effect without a file: add --record FILE`);
  if (!file) return {};
  return {
    recording: {
      file,
      ...(user && { user: user.value }),
      ...(bytes && { fileBytes: bytes.value }),
      ...(files && { files: files.value }),
    },
  };
}
