import { z } from 'zod';
import { sampleSchema } from '../../../engine/contract/rpc/projects.ts';
import text from '../../../resources/samples/samples.json?raw';

/** The samples that come with the program. */
export const gallery = z.object({ samples: z.array(sampleSchema.strip()) }).parse(JSON.parse(text)).samples;
