import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { ParsedTable } from '../../engine/data/formats/parsed-table.ts';
import { looksLikeConll, parseConll } from '../../engine/data/text/parse-conll.ts';
import { looksLikePairs, parsePairs, parseTmx } from '../../engine/data/text/parse-pairs.ts';
import { entitiesOf, findTagScheme, toBio } from '../../engine/data/text/tag-schemes.ts';
import { EntityMetrics } from '../../engine/infer/metrics/entities.ts';
import { sentenceOf } from '../data/make-table.ts';

interface Golden {
  readonly sentences: readonly {
    readonly entities: readonly (readonly [string, number, number])[];
    readonly schemes: Readonly<Record<'IOB1' | 'BIO' | 'IOBES' | 'BILOU', readonly string[]>>;
  }[];
  readonly scores: readonly {
    readonly pairs: readonly (readonly [readonly string[], readonly string[]])[];
    readonly precision: number;
    readonly recall: number;
    readonly f1: number;
  }[];
}

const golden = JSON.parse(readFileSync(new URL('golden/entities.json', import.meta.url), 'utf8')) as Golden;
const runs = Number(process.env.FUZZ ?? 300);

const cells = (table: ParsedTable) =>
  Object.fromEntries(table.columns.map(({ name, values }) => [name, [...values]]));

/** read = used + dropped, and all columns are equally long. */
function checkCounts(table: ParsedTable): void {
  expect(table.rowCount + table.dropped.reduce((sum, { count }) => sum + count, 0)).toBe(table.read);
  for (const { values } of table.columns) expect(values.length).toBe(table.rowCount);
}

describe('tag schemes', () => {
  for (const scheme of ['IOB1', 'BIO', 'IOBES', 'BILOU'] as const) {
    it(`${scheme} is found, converted to BIO and read as the same entities`, () => {
      const sentences = golden.sentences.map(({ schemes }) => schemes[scheme]);
      expect(findTagScheme(sentences)).toBe(scheme);
      for (const { schemes, entities } of golden.sentences) {
        expect(toBio(schemes[scheme], scheme)).toEqual(schemes.BIO);
        const found = entitiesOf(schemes[scheme]).map(({ type, start, end }) => [type, start, end]);
        expect(found).toEqual(entities);
      }
    });
  }

  it('are none where tags are parts of speech', () => {
    expect(findTagScheme([['NOUN', 'O', 'B-X']])).toBeNull();
    expect(findTagScheme([['O', 'O']])).toBeNull();
  });

  it('give the scores of an independent script', () => {
    for (const { pairs, precision, recall, f1 } of golden.scores) {
      const metrics = new EntityMetrics([]);
      for (const [actual, predicted] of pairs) metrics.addSentence(actual, predicted);
      const { entityPrecision, entityRecall, entityF1 } = metrics.result();
      expect(entityPrecision).toBeCloseTo(precision, 12);
      expect(entityRecall).toBeCloseTo(recall, 12);
      expect(entityF1).toBeCloseTo(f1, 12);
    }
  });
});

describe('CoNLL', () => {
  const conll2003 = `-DOCSTART- -X- -X- O

EU NNP B-NP I-ORG
rejects VBZ B-VP O
German JJ B-NP I-MISC
# SYM I-NP O

-DOCSTART- -X- -X- O

Peter NNP B-NP I-PER
Anna NNP I-NP B-PER
`;

  it('of 2003 is read: four columns, IOB1 converted, documents and sentences counted', () => {
    const table = parseConll(conll2003, 'eng.train');
    checkCounts(table);
    expect(cells(table)).toEqual({
      document: [1, 1, 1, 1, 2, 2],
      sentence: [1, 1, 1, 1, 2, 2],
      token: ['EU', 'rejects', 'German', '#', 'Peter', 'Anna'],
      pos: ['NNP', 'VBZ', 'JJ', 'SYM', 'NNP', 'NNP'],
      chunk: ['B-NP', 'B-VP', 'B-NP', 'I-NP', 'B-NP', 'I-NP'],
      tag: ['B-ORG', 'O', 'B-MISC', 'O', 'B-PER', 'B-PER'],
    });
    expect(table.notes).toEqual([
      'The tags mark entities by IOB1; they were converted to BIO (B- at the beginning of every entity).',
    ]);
    expect(looksLikeConll(conll2003)).toBe(true);
  });

  it('with tabs may have blanks in a token; CoNLL-U has comments, ranges and ten columns', () => {
    const tabs = 'New York\tS-LOC\nis\tO\n\nbig\tO\n';
    expect(cells(parseConll(tabs, 'a.conll'))).toEqual({
      sentence: [1, 1, 2],
      token: ['New York', 'is', 'big'],
      tag: ['B-LOC', 'O', 'O'],
    });
    const row = (id: string, form: string, upos: string) =>
      `${id}\t${form}\t_\t${upos}\t_\t_\t0\troot\t_\t_\n`;
    const universal = `# text = vámonos\n${row('1-2', 'vámonos', '_')}${row('1', 'vamos', 'VERB')}${row('2', 'nos', 'PRON')}\n`;
    const table = parseConll(universal, 'es.conllu');
    checkCounts(table);
    expect(cells(table).token).toEqual(['vamos', 'nos']);
    expect(cells(table).tag).toEqual(['VERB', 'PRON']);
  });

  it('is refused where a line has too few columns or nothing is there', async () => {
    expect(await sentenceOf(() => parseConll('a O\nb O\nc\n\n', 'x.conll'))).toBe(
      'A line has 1 columns where the others have 2 (x.conll, line 3). Give every token as many columns; a blank line ends a sentence.',
    );
    expect(await sentenceOf(() => parseConll('\n\n', 'x.conll'))).toContain('The file has no tokens');
  });

  it('is not seen in prose or in a table', () => {
    expect(looksLikeConll('It was the best of times,\nit was the worst.\n\nAnd more.\n')).toBe(false);
    expect(looksLikeConll('a,b\n1,2\n3,4\n')).toBe(false);
  });
});

describe('sentence pairs', () => {
  it('are two sentences a line, whatever quotes they hold', () => {
    const text = 'Er sagt "ja.\tHe says "yes.\tCC-BY\n\nUnd "nein\tAnd "no\tCC-BY\n';
    const table = parsePairs(text, 'deu.txt');
    checkCounts(table);
    expect(cells(table)).toEqual({
      source: ['Er sagt "ja.', 'Und "nein'],
      target: ['He says "yes.', 'And "no'],
    });
    expect(looksLikePairs(text)).toBe(true);
    expect(looksLikePairs('a\t1\nb\t2\n')).toBe(false);
  });

  it('are refused where a line holds none', async () => {
    expect(await sentenceOf(() => parsePairs('a b\tc d\nlonely\n', 'p.txt'))).toContain(
      'A line holds no pair of sentences (p.txt, line 2)',
    );
  });

  it('come from TMX, a column a language, markup left out', () => {
    const tmx = `<?xml version="1.0"?><tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="EN"><seg>Press <bpt i="1">&lt;b&gt;</bpt>OK<ept i="1">&lt;/b&gt;</ept> &amp; wait.</seg></tuv>
<tuv xml:lang="de"><seg>Drücken Sie <hi>OK</hi>
 und <![CDATA[warten]]>.</seg></tuv></tu>
<tu><tuv xml:lang="EN"><seg>alone</seg></tuv></tu></body></tmx>`;
    const table = parseTmx(tmx, 'memory.tmx');
    checkCounts(table);
    expect(cells(table)).toEqual({ en: ['Press OK & wait.'], de: ['Drücken Sie OK und warten.'] });
    expect(table.dropped).toEqual([{ reason: 'unit in fewer than two languages', count: 1 }]);
  });

  it('of a damaged TMX are refused with the line', async () => {
    expect(await sentenceOf(() => parseTmx('<tmx>\n<body>\n<tu></body></tmx>', 'm.tmx'))).toContain(
      'The file is not well-formed XML (m.tmx, line 3)',
    );
    expect(await sentenceOf(() => parseTmx('<html/>', 'm.tmx'))).toContain('its root is "html"');
  });
});

describe(`${runs} mutations`, () => {
  const seeds = [
    'EU NNP B-NP I-ORG\nrejects VBZ B-VP O\n\nPeter NNP B-NP I-PER\n',
    '# text = a\n1\ta\ta\tNOUN\t_\t_\t0\troot\t_\t_\n\n',
    'Er sagt ja.\tHe says yes.\tCC\nUnd nein\tAnd no\tCC\n',
    '<tmx version="1.4"><header/><body><tu><tuv xml:lang="en"><seg>a <ph>x</ph>b</seg></tuv><tuv xml:lang="de"><seg>c</seg></tuv></tu></body></tmx>',
  ];
  for (const parse of [parseConll, parsePairs, parseTmx]) {
    it(`of what ${parse.name} reads give a table whose counts add up, or an error with its place`, () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...seeds),
          fc.array(
            fc.tuple(
              fc.nat(),
              fc.constantFrom('', '\n', '\t', ' ', '#', '<', '>', '&', '"', '\u0000', 'é', '-DOCSTART-'),
            ),
            { maxLength: 8 },
          ),
          (seed, changes) => {
            let text = seed;
            for (const [at, put] of changes) {
              const place = at % (text.length + 1);
              text = text.slice(0, place) + put + text.slice(place + (at % 3));
            }
            try {
              checkCounts(parse(text, 'fuzz'));
            } catch (error) {
              if (!(error instanceof WorkbenchError)) throw error;
              expect(error.where).toContain('fuzz');
            }
          },
        ),
        { numRuns: runs, seed: 2 },
      );
    });
  }
});
