const separate = 'Give every row the same number of columns, and put text that holds "," in quotation marks.';

/** Files that are no tables: name, content and the sentence they are refused with. */
export const badFiles: readonly (readonly [name: string, content: string | Uint8Array, sentence: string])[] =
  [
    ['empty.csv', '', 'The file is empty (empty.csv).'],
    ['blank.csv', '\v', 'The file holds nothing but blanks (blank.csv).'],
    ['header.csv', 'a,b,c\n', 'The file has a header but no rows (header.csv).'],
    [
      'short.csv',
      'a,b,c\n1,2,3\n4,5\n6,7,8\n',
      `Row 2 has 2 columns where the header has 3 (short.csv, line 3). ${separate}`,
    ],
    [
      'long.csv',
      'a,b,c\n1,2,3\n4,5,6\n4,5,6,7\n',
      `Row 3 has 4 columns where the header has 3 (long.csv, line 4). ${separate}`,
    ],
    ['last.csv', 'a,b\n1,2\n3', `Row 2 has 1 column where the header has 2 (last.csv, line 3). ${separate}`],
    [
      'lone.csv',
      'a,b\r\n1,2\r\n   \r\n3,4\r\n',
      `Row 2 has 1 column where the header has 2 (lone.csv, line 3). ${separate}`,
    ],
    [
      'quoted.csv',
      'a,b\n"x\ny",1\n"z",1,2\n',
      `Row 2 has 3 columns where the header has 2 (quoted.csv, line 4). ${separate}`,
    ],
    [
      'tabs.csv',
      'a\tb\n1\t2\n3\n',
      'Row 2 has 1 column where the header has 2 (tabs.csv, line 3). Give every row the same number of columns, and put text that holds tabs in quotation marks.',
    ],
    [
      'bare.csv',
      '1,2\n3,4\n5,6,7\n',
      `Row 3 has 3 columns where the first row has 2 (bare.csv, line 3). ${separate}`,
    ],
    [
      'preamble.csv',
      'made by a program\na,b\n1,2\n3,4\n',
      'Row 1 has 2 columns where the header has 1 (preamble.csv, line 2). Remove what stands above the line of column names, if anything does.',
    ],
    [
      'open.csv',
      'a,b\n1,2\n"x,3\n4,5\n',
      'A quotation mark is opened and never closed (open.csv, line 3). Close it, or double it where it belongs to the text.',
    ],
    [
      'after.csv',
      'a,b\n"x"y,3\n',
      'There is text after a closing quotation mark (after.csv, line 2, row 1, column 1). Double the quotation marks that belong to the text.',
    ],
    [
      'ends.csv',
      'a,b\n1,2\r3,4\r\n5,6\n',
      'The lines end in different ways: some with CR, some with LF (ends.csv). Save the file with one kind of line ending.',
    ],
    [
      'nul.csv',
      'a,b\n1,\0\n',
      'This is not a text file: it holds binary data (nul.csv). Export the table as CSV and import that.',
    ],
    [
      'book.csv',
      Buffer.from('PK\x03\x04rest', 'latin1'),
      'The archive cannot be read: it has no directory; it may be cut off (book.csv). Make or download it again.',
    ],
    [
      'old.xls',
      Buffer.from('\xd0\xcf\x11\xe0rest', 'latin1'),
      'This is not a table: it is an old Excel workbook (.xls) (old.xls). Save it as .xlsx or CSV and import that.',
    ],
    [
      'wide.csv',
      `${Array.from({ length: 20_000 }, (_, i) => `c${i}`).join()}\n${'1,'.repeat(19_999)}1\n`,
      'The file has 20000 columns; at most 16384 are read (wide.csv). Leave out the columns that the model does not need.',
    ],
  ];
