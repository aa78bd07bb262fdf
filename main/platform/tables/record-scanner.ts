import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { Dialect } from './dialect.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

const cellStart = 0;
const inCell = 1;
const inQuotes = 2;
const afterQuote = 3;

export interface RecordScannerOptions {
  /**
   * Whether every record must have as many cells as the header. Without it, lines without quotes are not looked into,
   * which is several times as fast.
   */
  readonly cells: boolean;
}

/**
 * Counts records and their cells, byte by byte, by RFC 4180: a quote opens only at the beginning of a cell, is doubled
 * within, and nothing but a delimiter or the end of the line follows the closing one.
 */
export class RecordScanner {
  /** Line that is being read, from 0. */
  line = 0;
  blankLines = 0;
  /** Blank lines before the first record. */
  leadingBlankLines = 0;
  readonly #name: string;
  readonly #header: boolean;
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #columns: number;
  readonly #checksCells: boolean;
  /** 1 for the bytes that end or begin something: delimiter, quote, line ends. */
  readonly #special = new Uint8Array(256);
  #state = cellStart;
  #cells = 1;
  /** Whether the record has no bytes so far. */
  #blank = true;
  #records = 0;
  #afterReturn = false;
  #returns = false;
  #feeds = false;
  #openedOnLine = 0;

  constructor(dialect: Dialect, name: string, { cells }: RecordScannerOptions) {
    this.#name = name;
    this.#header = dialect.header;
    this.#delimiter = dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote.charCodeAt(0);
    this.#columns = dialect.names.length;
    this.#checksCells = cells;
    for (const byte of [this.#delimiter, this.#quote, lineFeed, carriageReturn]) this.#special[byte] = 1;
  }

  /** Reads the next bytes of the file. @throws data/ragged-rows, data/unreadable. */
  scan(chunk: Uint8Array): void {
    const plain =
      !this.#checksCells &&
      !this.#afterReturn &&
      this.#state !== inQuotes &&
      this.#state !== afterQuote &&
      !chunk.includes(this.#quote) &&
      !chunk.includes(carriageReturn);
    if (plain) this.#countLines(chunk);
    else this.#readCells(chunk);
  }

  /** Records of a chunk in which nothing but line feeds can end one. */
  #countLines(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.line++;
      this.#feeds = true;
      this.#endRecord(this.#columns, this.#blank && end === start);
      this.#blank = true;
      start = end + 1;
    }
    if (start < chunk.length) this.#blank = false;
    const last = chunk.at(-1);
    if (last !== undefined) this.#state = last === lineFeed || last === this.#delimiter ? cellStart : inCell;
    this.#cells = 1;
  }

  #readCells(chunk: Uint8Array): void {
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    const special = this.#special;
    const { length } = chunk;
    let state = this.#state;
    let cells = this.#cells;
    let blank = this.#blank;
    let afterReturn = this.#afterReturn;
    for (let i = 0; i < length; i++) {
      const byte = chunk[i] as number;
      if (byte === lineFeed && afterReturn) {
        this.#feeds = true;
        afterReturn = false;
        continue;
      }
      if (afterReturn) {
        this.#returns = true;
        afterReturn = false;
      }
      if (special[byte] === 0) {
        if (state === afterQuote) throw this.#textAfterQuote(cells);
        if (state === cellStart) state = inCell;
        blank = false;
        while (i + 1 < length && special[chunk[i + 1] as number] === 0) i++;
        continue;
      }
      if (byte === lineFeed || byte === carriageReturn) {
        this.line++;
        if (byte === carriageReturn) afterReturn = true;
        else this.#feeds = true;
        if (state === inQuotes) continue;
        this.#endRecord(cells, blank);
        state = cellStart;
        cells = 1;
        blank = true;
        continue;
      }
      blank = false;
      if (state === inQuotes) {
        if (byte === quote) state = afterQuote;
      } else if (byte === delimiter) {
        cells++;
        state = cellStart;
      } else if (state === cellStart) {
        state = inQuotes;
        this.#openedOnLine = this.line;
      } else if (state === afterQuote) state = inQuotes;
    }
    this.#afterReturn = afterReturn;
    this.#state = state;
    this.#cells = cells;
    this.#blank = blank;
  }

  /** Ends the file. @returns the number of data records. */
  finish(): number {
    if (this.#state === inQuotes) {
      throw new WorkbenchError('data/unreadable', 'A quotation mark is opened and never closed', {
        where: `${this.#name}, line ${this.#openedOnLine + 1}`,
        hint: 'Close it, or double it where it belongs to the text.',
      });
    }
    if (!this.#blank) {
      this.line++;
      this.#endRecord(this.#cells, false);
    }
    if (this.#afterReturn) this.#returns = true;
    if (this.#returns && this.#feeds) {
      throw new WorkbenchError(
        'data/unreadable',
        'The lines end in different ways: some with CR, some with LF',
        {
          where: this.#name,
          hint: 'Save the file with one kind of line ending.',
        },
      );
    }
    return Math.max(0, this.#records - (this.#header ? 1 : 0));
  }

  #endRecord(cells: number, blank: boolean): void {
    if (blank) {
      this.blankLines++;
      if (this.#records === 0) this.leadingBlankLines++;
      return;
    }
    if (this.#columns === 1 && this.#records > 0) {
      // Within a single column a blank line is a missing cell; only at the end it is nothing.
      this.#records += this.blankLines;
      this.blankLines = 0;
    }
    this.#records++;
    if (cells === this.#columns || !this.#checksCells) return;
    const row = this.#records - (this.#header ? 1 : 0);
    const quoted = this.#delimiter === 9 ? 'tabs' : `"${String.fromCharCode(this.#delimiter)}"`;
    throw new WorkbenchError(
      'data/ragged-rows',
      `Row ${row} has ${cells} ${cells === 1 ? 'column' : 'columns'} where the ${this.#header ? 'header' : 'first row'} has ${this.#columns}`,
      {
        where: `${this.#name}, line ${this.line}`,
        hint:
          this.#columns === 1
            ? 'Remove what stands above the line of column names, if anything does.'
            : `Give every row the same number of columns, and put text that holds ${quoted} in quotation marks.`,
        data: { row, expected: this.#columns, found: cells },
      },
    );
  }

  #textAfterQuote(cell: number): WorkbenchError {
    const row = this.#records + (this.#header ? 0 : 1);
    return new WorkbenchError('data/unreadable', 'There is text after a closing quotation mark', {
      where: `${this.#name}, line ${this.line + 1}${row > 0 ? `, row ${row}` : ''}, column ${cell}`,
      hint: 'Double the quotation marks that belong to the text.',
    });
  }
}
