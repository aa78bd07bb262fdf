import { backends } from './backends.ts';
import { SentenceBook, type Sentences } from './book.ts';
import { columns } from './columns.ts';
import { configuration } from './configuration.ts';
import { files } from './files.ts';
import { formats } from './formats.ts';
import { models } from './models.ts';
import { places } from './places.ts';
import { preparation } from './preparation.ts';
import { proposal } from './proposal.ts';
import { running } from './running.ts';
import { storage } from './storage.ts';
import { text } from './text.ts';

/** Every list of sentences, by what they are about. */
export const books: readonly Sentences[] = [
  backends,
  columns,
  configuration,
  files,
  formats,
  models,
  places,
  preparation,
  proposal,
  running,
  storage,
  text,
];

const chinese = new SentenceBook(books);

/** What the host said, in Simplified Chinese; as it is where it is no sentence of the program. */
export function inChinese(sentence: string): string {
  return chinese.translate(sentence);
}
