import type { SourceChoices, SourceConfig, SourceFormat } from '../../../engine/contract/source.ts';
import type { ParsedTable } from '../../../engine/data/formats/parsed-table.ts';
import type { ScannedFile } from '../tables/scan-file.ts';

/** One plain file of a source: unpacked, and apart from the others of its folder. */
export interface SourcePart {
  /** Where its bytes are. */
  readonly path: string;
  /** What messages call it, and its series where there are several: the name in the folder or archive. */
  readonly name: string;
  /** Name of the folder it is in, below the source; "" at the top. */
  readonly folder: string;
}

/** What a reader may use and must heed. */
export interface ReadContext {
  readonly signal: AbortSignal | undefined;
  /** Called with the bytes of the part that were read so far. */
  readonly onBytes: ((bytes: number) => void) | undefined;
  /** A path for a file that is removed after the import. */
  readonly scratch: (name: string) => Promise<string>;
}

/** How a part was read: settings that were found or given, by their keys in `data.source`. */
export type FoundSource = Partial<{ -readonly [Key in keyof SourceConfig]: SourceConfig[Key] }>;

/** What a person may choose in a part. */
export type PartChoices = Partial<Pick<SourceChoices, 'sheets' | 'paths'>>;

export type PartReading = { readonly found: FoundSource; readonly choices: PartChoices } & (
  | {
      /** Text that DuckDB cuts into cells. */
      readonly kind: 'csv';
      readonly scanned: ScannedFile;
      readonly dropped: ParsedTable['dropped'];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'parsed'; readonly table: ParsedTable }
  | {
      /** What DuckDB reads by itself: an SQL expression to select from. */
      readonly kind: 'query';
      readonly from: string;
    }
);

/** Reads one format. One file each in this folder, listed in formats.ts. */
export interface FormatReader {
  readonly format: SourceFormat;
  /** Endings of file names, without the dot. */
  readonly endings: readonly string[];
  /** Whether a file begins as this format does; text formats go by the ending and by what the text looks like. */
  readonly matches: (head: Uint8Array) => boolean;
  readonly read: (part: SourcePart, config: SourceConfig, context: ReadContext) => Promise<PartReading>;
}
