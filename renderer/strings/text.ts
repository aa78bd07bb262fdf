import { createInstance, type i18n } from 'i18next';
import { useCallback } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { type Language, resources, type TextKey } from './catalog.ts';

export type Values = Readonly<Record<string, string | number>>;
/** A text of the catalog in the present language, its placeholders filled in. */
export type Text = (key: TextKey, values?: Values) => string;

/** The translator of a window. A missing key is an error: there is no other language to fall back to. */
export async function createTranslator(language: Language): Promise<i18n> {
  const translator = createInstance();
  await translator.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { en: { translation: resources('en') }, zh: { translation: resources('zh') } },
    // React escapes by itself.
    interpolation: { escapeValue: false },
  });
  return translator;
}

export function useText(): Text {
  const { t } = useTranslation();
  return useCallback((key, values) => t(key, { ...values }), [t]);
}

/** The language that is shown now. */
export function useLanguage(): Language {
  const { i18n: translator } = useTranslation();
  return translator.language === 'zh' ? 'zh' : 'en';
}
