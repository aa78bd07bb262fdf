import { z } from 'zod';
import { audioSchema } from './audio.ts';

/** Formats that a data file may have; the program finds which by the file's content, then by its name. */
export const sourceFormats = [
  'csv',
  'json',
  'jsonl',
  'parquet',
  'arrow',
  'excel',
  'numpy',
  'hdf5',
  'conll',
  'tmx',
  'pairs',
  'wav',
  'text',
] as const;
export type SourceFormat = (typeof sourceFormats)[number];

/** Encodings of text files. `latin1` is Windows-1252, as browsers read it. */
export const sourceEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030', 'latin1'] as const;
export type SourceEncoding = (typeof sourceEncodings)[number];

/** How the cells of a table say which value belongs to which sequence, step and variable. */
export const sourceShapes = ['wide', 'long', 'rows'] as const;
export type SourceShape = (typeof sourceShapes)[number];

/** What may stand between groups of three digits. */
export const thousandsMarks = ['none', 'comma', 'dot', 'space', 'apostrophe'] as const;
export type ThousandsMark = (typeof thousandsMarks)[number];

const found = 'null finds it in the file';

/** How a data file is read. Every choice is made from the file where it is not set. */
export const sourceSchema = z.strictObject({
  format: z
    .enum(sourceFormats)
    .nullable()
    .default(null)
    .describe(`format of the file, or of the files in a folder or archive; ${found}`),
  entry: z
    .string()
    .nullable()
    .default(null)
    .describe('which file of a zip archive is read; null reads its only one, or all where they are alike'),
  encoding: z
    .enum(sourceEncodings)
    .nullable()
    .default(null)
    .describe(`how characters are written in a text file; latin1 is Windows-1252; ${found}`),
  delimiter: z
    .string()
    .length(1)
    .nullable()
    .default(null)
    .describe(`character between two cells of a CSV file; ${found}`),
  quote: z
    .string()
    .length(1)
    .nullable()
    .default(null)
    .describe(`character around cells that hold a delimiter or a line end; ${found}`),
  comment: z
    .string()
    .max(1)
    .nullable()
    .default(null)
    .describe(`lines that begin with this character are left out; "" leaves none out; ${found}`),
  header: z
    .boolean()
    .nullable()
    .default(null)
    .describe(`whether the first row names the columns of a CSV file or a sheet; ${found}`),
  decimalComma: z
    .boolean()
    .nullable()
    .default(null)
    .describe(`whether numbers are written 1,5 in a CSV file; ${found}`),
  thousands: z
    .enum(thousandsMarks)
    .nullable()
    .default(null)
    .describe(`what stands between groups of three digits in a CSV file; ${found}`),
  sheet: z.string().nullable().default(null).describe('sheet of an Excel file; null takes the first'),
  path: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'where the records are: keys of a JSON file ("data.rows"), or the array of an HDF5 or .npz file; null takes the longest list, or the first array of sequences',
    ),
  labels: z
    .string()
    .nullable()
    .default(null)
    .describe('array of an HDF5 or .npz file that holds labels; null takes one whose length fits, "" none'),
  shape: z
    .enum(sourceShapes)
    .nullable()
    .default(null)
    .describe(
      `wide: a column for each variable; long: columns series, time, variable and value; rows: a sequence in every row; ${found}`,
    ),
  audio: audioSchema.prefault({}),
});
export type SourceConfig = z.infer<typeof sourceSchema>;

/** What the settings of a source that take names may be in a file. */
export const sourceChoicesSchema = z.strictObject({
  /** Files of an archive. */
  entries: z.array(z.string()).default([]),
  /** Sheets of a workbook. */
  sheets: z.array(z.string()).default([]),
  /** Lists of a JSON file, or arrays of an HDF5 or .npz file. */
  paths: z.array(z.string()).default([]),
});
export type SourceChoices = z.infer<typeof sourceChoicesSchema>;
