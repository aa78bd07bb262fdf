import { z } from 'zod';

/** How sound becomes frames of features; names in brackets are those of librosa. */
export const audioSchema = z.strictObject({
  features: z
    .enum(['logMel', 'mfcc'])
    .default('logMel')
    .describe('decibels of mel bands, or cepstral coefficients of them (Davis and Mermelstein 1980)'),
  sampleRate: z
    .int()
    .min(1000)
    .max(384_000)
    .nullable()
    .default(null)
    .describe('samples a second that every file is brought to, or null for those of the first file'),
  frame: z.int().min(16).max(65_536).default(512).describe('samples of a frame, a power of two (n_fft)'),
  hop: z.int().min(1).max(65_536).default(256).describe('samples between two frames (hop_length)'),
  bands: z.int().min(1).max(512).default(40).describe('mel bands (n_mels)'),
  coefficients: z.int().min(1).max(512).default(13).describe('cepstral coefficients, for "mfcc" (n_mfcc)'),
  lowest: z.number().min(0).default(0).describe('lower edge of the first band in Hz (fmin)'),
  highest: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('upper edge of the last band in Hz, or null for half the sample rate (fmax)'),
  scale: z
    .enum(['slaney', 'htk'])
    .default('slaney')
    .describe('mel scale: that of Slaney 1998 or of HTK (htk)'),
  range: z
    .number()
    .positive()
    .nullable()
    .default(80)
    .describe('decibels below the loudest of a file at which quieter ones are cut, or null (top_db)'),
});
export type AudioConfig = z.infer<typeof audioSchema>;
