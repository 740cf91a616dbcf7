/** The reference adapter does what it is the reference for. */
import { describeAdapter, inMemory, webSocket } from '@sallyport/conformance';

describeAdapter('in memory', inMemory, webSocket);
