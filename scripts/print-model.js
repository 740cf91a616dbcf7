// Prints the model of a session: its paths, and the golden table with what covers each of its cells.
import { modelReport } from '../packages/core/dist/testing/index.js';

process.stdout.write(modelReport());
