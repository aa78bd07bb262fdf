import { parentPort } from 'node:worker_threads';
import { answerArrow } from '../platform/formats/arrow-table.ts';

/** The thread that reads Arrow files: a damaged one can make the library loop for ever, and a thread can be ended. */
if (parentPort !== null) await answerArrow(parentPort);
