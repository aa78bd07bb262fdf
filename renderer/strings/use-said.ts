import { inChinese } from './sentences/index.ts';
import { useLanguage } from './text.ts';

function asSaid(sentence: string): string {
  return sentence;
}

/** What the host says, which speaks English, in the person's language. */
export function useSaid(): (sentence: string) => string {
  return useLanguage() === 'zh' ? inChinese : asSaid;
}
