/**
 * One feature's texts in both languages, beside each other. The compiler refuses a key that one of them lacks; a key
 * with plural forms is written `key_one` and `key_other` in English and `key_other` in Chinese. Placeholders are
 * `{{name}}`, and `{{count}}` chooses the plural form.
 */
export interface Feature<Key extends string = string> {
  readonly en: Readonly<Record<Key, string>>;
  readonly zh: Readonly<Record<Exclude<Key, `${string}_one`>, string>>;
}

export function feature<const Key extends string>(
  en: Readonly<Record<Key, string>>,
  zh: Readonly<Record<Exclude<NoInfer<Key>, `${string}_one`>, string>>,
): Feature<Key> {
  return { en, zh };
}
