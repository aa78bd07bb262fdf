// biome-ignore-all lint/security/noDangerouslySetInnerHtml: the formulas are written in this program, never by data.
import 'katex/dist/katex.min.css';
import katex from 'katex';
import { useMemo } from 'react';

interface FormulaProps {
  /** TeX. */
  readonly tex: string;
}

/** A formula, with its MathML for people who listen. */
export function Formula({ tex }: FormulaProps) {
  const html = useMemo(
    () => katex.renderToString(tex, { displayMode: true, output: 'htmlAndMathml', throwOnError: false }),
    [tex],
  );
  return (
    <div dangerouslySetInnerHTML={{ __html: html }} style={{ overflowX: 'auto', overflowY: 'hidden' }} />
  );
}
