import type { ExportFormatName } from './formats.ts';
import { beyondRows } from './javascript/processing.ts';
import type { ExportSource } from './source.ts';

/** What a person should know about a file just written: what it expects, and what was left out. */
export function exportNotes(
  { preparation }: Pick<ExportSource, 'preparation'>,
  format: ExportFormatName,
  options: Readonly<Record<string, string>>,
): readonly string[] {
  const notes: string[] = [];
  if (format === 'card') return notes;
  const reason = beyondRows(preparation);
  if (format === 'js') {
    if (reason !== null) notes.push(`prepare() and interpret() are left out: ${reason}.`);
  } else if (preparation !== null && options.processing !== 'yes') {
    notes.push(
      'It reads inputs as the preparation makes them and answers in the same units; the normalization is written beside the weights.',
    );
  }
  const { weights } = options;
  if (weights !== undefined && weights !== 'float32') {
    notes.push(`The weights were reduced to ${weights}, so this file cannot be brought back in exactly.`);
  }
  return notes;
}
