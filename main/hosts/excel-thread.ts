import { parentPort } from 'node:worker_threads';
import { answerExcel } from '../platform/formats/excel-sheets.ts';

/** The thread that reads workbooks: a damaged one can make the library loop for ever, and a thread can be ended. */
if (parentPort !== null) await answerExcel(parentPort);
