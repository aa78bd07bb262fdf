import { parentPort } from 'node:worker_threads';
import { answerHdf5 } from '../platform/hdf5/answer.ts';

/** The thread that opens HDF5 files: a damaged one can make the library loop for ever, and a thread can be ended. */
if (parentPort !== null) await answerHdf5(parentPort);
